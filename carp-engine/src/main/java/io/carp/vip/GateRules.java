// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static io.carp.linux.NftRule.accept;
import static io.carp.linux.NftRule.drop;
import static io.carp.linux.NftRule.equal;
import static io.carp.linux.NftRule.goTo;
import static io.carp.linux.NftRule.in;
import static io.carp.linux.NftRule.jump;
import static io.carp.linux.NftRule.load;
import static io.carp.linux.NftRule.map;

import io.carp.linux.NftBatch;
import io.carp.linux.NftBatch.Hook;
import io.carp.linux.NftRule;
import io.carp.linux.NftRule.From;
import io.carp.linux.NftRule.Meta;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** What is in the table of a {@link Gate}. {@code nft list table netdev carp-eth0} shows it. */
final class GateRules {
    /** For how long the table drops without being tended. */
    static final long FADES_MILLIS = 60_000;

    /** For how long a bow-out may take to leave in both families, and to all peers. */
    private static final long BOWS_MILLIS = 20;

    static final String IN4 = "in4";
    static final String IN6 = "in6";
    private static final String OUT4 = "out4";
    private static final String OUT6 = "out6";
    private static final String TENDED = "tended";
    private static final String IN = "in";
    private static final String OUT = "out";
    private static final String ADVERT = "advert";
    private static final String ADVERTS = "adverts";
    private static final String UDP_ADVERTS = "udp-adverts";

    private static final int CARP = 112;
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;
    // Where these are in an advertisement, and what they are.
    private static final int VHID_AT = 1;
    private static final int ADVSKEW_AT = 2;
    private static final int DIGEST_WORDS_AT = 3;
    private static final int DIGEST_WORDS = 7;
    private static final int ADVBASE_AT = 5;
    private static final int BOW_OUT = 255;

    private static final NftRule PROTOCOL = load(Meta.PROTOCOL);
    private static final NftRule IS_IPV4 = equal(0x08, 0x00);
    private static final NftRule IS_ARP = equal(0x08, 0x06);
    private static final NftRule IS_IPV6 = equal(0x86, 0xdd);
    private static final NftRule IIF = load(Meta.IIF);
    private static final NftRule OIF = load(Meta.OIF);

    private GateRules() {}

    /** The table with nothing guarded, in place of any that has its name. */
    static void table(NftBatch batch, String device, int ifindex) {
        batch.addTable().deleteTable().createTable();
        batch.addVerdicts(IN4, true)
                .addVerdicts(IN6, false)
                .addVerdicts(OUT4, true)
                .addVerdicts(OUT6, false);
        batch.addInterfaces(TENDED, 0).addInterface(TENDED, ifindex, FADES_MILLIS);
        batch.addChain(ADVERTS).addChain(UDP_ADVERTS);
        batch.addChain(IN, Hook.INGRESS, device).addChain(OUT, Hook.EGRESS, device);
        batch.rule(IN, PROTOCOL, IS_IPV4, load(From.NETWORK_HEADER, 16, 4), map(IN4));
        batch.rule(IN, PROTOCOL, IS_IPV6, load(From.NETWORK_HEADER, 24, 16), map(IN6));
        batch.rule(OUT, load(Meta.L4PROTO), equal(CARP), jump(ADVERTS));
        batch.rule(OUT, load(Meta.L4PROTO), equal(UDP), jump(UDP_ADVERTS));
        batch.rule(OUT, PROTOCOL, IS_ARP, load(From.NETWORK_HEADER, 14, 4), map(OUT4));
        batch.rule(OUT, PROTOCOL, IS_IPV4, load(From.NETWORK_HEADER, 12, 4), map(OUT4));
        // Neighbour advertisements, too: their source is the address.
        batch.rule(OUT, PROTOCOL, IS_IPV6, load(From.NETWORK_HEADER, 8, 16), map(OUT6));
    }

    /** How many chains and sets are in the table. */
    static int uses(int hosts) {
        return 4 + 5 + hosts * 5;
    }

    /**
     * How many rules are in the table.
     *
     * @param speaking how many of the virtual hosts have advertisements that can be told from other packets
     */
    static int rules(int hosts, int speaking) {
        return 7 + 4 * hosts + 5 * speaking;
    }

    /**
     * The chains and the set of one virtual host.
     *
     * @param lease what an advertisement renews, in milliseconds
     */
    static void add(NftBatch batch, Guarded host, long lease) {
        String live = live(host);
        String in = chain(IN, host);
        String out = chain(OUT, host);
        String advert = chain(ADVERT, host);
        String bowedOut = bowedOut(host);
        batch.addInterfaces(live, lease)
                .addInterfaces(bowedOut, BOWS_MILLIS)
                .addChain(in)
                .addChain(out)
                .addChain(advert);
        batch.rule(in, IIF, in(live), accept()).rule(in, IIF, in(TENDED), drop());
        batch.rule(out, OIF, in(live), accept()).rule(out, OIF, in(TENDED), drop());
        if (isTold(host)) {
            // A bow-out is the last word, and may be one packet for each family and peer.
            bowOut(batch, host, OIF, in(live), OIF, NftRule.delete(live), OIF, NftRule.update(bowedOut), accept());
            bowOut(batch, host, OIF, in(bowedOut), accept());
            batch.rule(advert, OIF, in(live), OIF, NftRule.update(live), accept());
            batch.rule(advert, OIF, in(TENDED), drop());
        }
    }

    private static void bowOut(NftBatch batch, Guarded host, NftRule... rest) {
        List<NftRule> rule = new ArrayList<>();
        rule.addAll(List.of(advertised(host, ADVSKEW_AT), equal(BOW_OUT)));
        rule.addAll(List.of(advertised(host, ADVBASE_AT), equal(BOW_OUT)));
        rule.addAll(List.of(rest));
        batch.rule(chain(ADVERT, host), rule.toArray(NftRule[]::new));
    }

    /** Whether its advertisements can be told from other packets. */
    static boolean isTold(Guarded host) {
        return host.port() >= 0;
    }

    /** Takes away what {@link #add} has made, to which nothing leads any more. */
    static void remove(NftBatch batch, Guarded host) {
        for (String chain : List.of(ADVERT, IN, OUT)) {
            batch.deleteChain(chain(chain, host));
        }
        batch.deleteSet(live(host));
        batch.deleteSet(bowedOut(host));
    }

    /** Makes nothing lead to the chains of advertisements any more. */
    static void forgetAdvertisements(NftBatch batch) {
        batch.flush(ADVERTS).flush(UDP_ADVERTS);
    }

    /**
     * The rule that leads an advertisement to the chain of its virtual host.
     *
     * @param port where it goes by UDP; 0 for a raw packet
     */
    static void lead(NftBatch batch, Guarded host, int port) {
        List<NftRule> rule = new ArrayList<>();
        if (port > 0) {
            rule.addAll(List.of(load(From.TRANSPORT_HEADER, 2, 2), equal(port >> 8, port)));
        }
        // Where CARP has the length of its digest, VRRP has the number of its addresses. The version before the vhid is
        // left out: of two bytes that follow each other nft makes one number when it reads its own list.
        rule.addAll(List.of(advertised(port, VHID_AT), equal(host.vhid())));
        rule.addAll(List.of(advertised(port, DIGEST_WORDS_AT), equal(DIGEST_WORDS)));
        rule.add(goTo(chain(ADVERT, host)));
        batch.rule(port > 0 ? UDP_ADVERTS : ADVERTS, rule.toArray(NftRule[]::new));
    }

    private static NftRule advertised(Guarded host, int at) {
        return advertised(host.port(), at);
    }

    private static NftRule advertised(int port, int at) {
        return load(From.TRANSPORT_HEADER, (port > 0 ? UDP_HEADER : 0) + at, 1);
    }

    static void lead(NftBatch batch, InetAddress address, Guarded host) {
        boolean ipv4 = address instanceof Inet4Address;
        batch.addVerdict(ipv4 ? IN4 : IN6, address.getAddress(), chain(IN, host));
        batch.addVerdict(ipv4 ? OUT4 : OUT6, address.getAddress(), chain(OUT, host));
    }

    static void forget(NftBatch batch, InetAddress address) {
        boolean ipv4 = address instanceof Inet4Address;
        batch.deleteElement(ipv4 ? IN4 : IN6, address.getAddress());
        batch.deleteElement(ipv4 ? OUT4 : OUT6, address.getAddress());
    }

    /** The table drops for another minute. */
    static void tend(NftBatch batch, int ifindex) {
        batch.renewInterface(TENDED, ifindex, FADES_MILLIS);
    }

    private static String chain(String what, Guarded host) {
        return what + host.vhid();
    }

    private static String bowedOut(Guarded host) {
        return "bowed" + host.vhid();
    }

    static String live(Guarded host) {
        return "live" + host.vhid();
    }
}
