// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.AddressKeys;
import io.carp.keys.CfgFile;
import io.carp.keys.ElectionKeys;
import io.carp.keys.IdentityKeys;
import io.carp.keys.LinkKeys;
import io.carp.keys.SealKeys;
import io.carp.mastership.MastershipSettings;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Settings;
import io.carp.script.Scripts;
import io.carp.spi.Addresses;
import io.carp.spi.Delivery;
import io.carp.spi.VirtualIp;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checked settings of one virtual host.
 *
 * @param networkInterface where it lives
 * @param settings what the rules depend on
 * @param digest made of vhid, pass, addresses and seal. It holds the secrets: whoever takes it over, or throws it away, wipes it
 * @param addresses what to bind, and how
 * @param hookTimeoutNanos how long consumers may delay us
 * @param bindInSpiteOfFailure {@code beforeFailure = bind}
 * @param deliveries where its advertisements go
 * @param start how it begins, and what it stays through
 * @param announcing how often the link is told who has the addresses
 * @param scripts what is run besides
 * @param warnings doubts that do not stop anything
 */
public record VirtualHostConfig(
        String networkInterface,
        Settings settings,
        AdvertisementDigest digest,
        Addresses addresses,
        long hookTimeoutNanos,
        boolean bindInSpiteOfFailure,
        Deliveries deliveries,
        StartOptions start,
        AnnounceConfig announcing,
        Scripts scripts,
        List<String> warnings) {

    /** The factory pid. */
    public static final String PID = "carp.vhost";

    /** Longer than a backup of any kind needs from hearing our last word to its first advertisement. */
    private static final long SUCCESSOR_NANOS = 100_000_000;

    /**
     * From the first advertisement of a successor until our addresses go: it binds and announces meanwhile. With a virtual
     * MAC a switch would take one last answer of ours for its new place.
     */
    private static final long OVERLAP_NANOS = 5_000_000;

    private static final Set<String> SECRET = Set.of(IdentityKeys.PASS.name(), IdentityKeys.PASS_FILE.name());

    private static final Set<String> SEAL_KEYS = Set.of(SealKeys.SEAL_KEY.name(), SealKeys.SEAL_KEY_FILE.name());

    private static final int USUAL_DEAD_RATIO = 3;
    private static final Pattern BLANK = Pattern.compile("\\s");

    /** Parses the map of one cfg file on top of the node-wide defaults. Reads passFile, so not on the loop. */
    public static VirtualHostConfig parse(String name, Map<String, ?> file, Map<String, ?> defaults, Path base)
            throws ConfigurationRefused {
        refuseUnknown(file);
        Map<String, Object> merged = new HashMap<>(defaults);
        for (Set<String> either : List.of(SECRET, SEAL_KEYS)) {
            if (!Collections.disjoint(file.keySet(), either)) {
                merged.keySet().removeAll(either); // The file's own choice between the two replaces the node's.
            }
        }
        Deliveries.override(merged, file);
        merged.putAll(file);
        CfgValues values = new CfgValues(merged);

        List<String> warnings = new ArrayList<>();
        String networkInterface = networkInterface(values);
        int vhid = values.whole(IdentityKeys.VHID);
        int advbase = values.whole(ElectionKeys.ADVBASE);
        PeerDialect dialect = PeerDialect.parse(values);
        boolean lease = values.flag(AddressKeys.LEASE);
        // One second less than the patience of a peer, whatever our own deadRatio: so a dead node's address is gone
        // first.
        int leaseSeconds = lease ? Math.max(1, USUAL_DEAD_RATIO * advbase - 1) : 0;
        StartOptions start = StartOptions.parse(values);
        Settings settings = new Settings(
                vhid,
                advbase,
                values.whole(ElectionKeys.ADVSKEW),
                values.flag(ElectionKeys.PREEMPT),
                values.whole(ElectionKeys.DEAD_RATIO),
                leaseSeconds,
                values.whole(ElectionKeys.DIGEST_OVERLAP),
                start.delays(),
                dialect.demotionStyle());
        SubSecond.doubt(settings, start.pauseToleranceSeconds(), warnings);
        List<VirtualIp> virtualIps = virtualIps(values, networkInterface);
        Scripts scripts = ScriptsConfig.parse(values, base);
        boolean virtualMac = virtualMac(values);
        Addresses addresses = Addresses.of(name, networkInterface, vhid, virtualIps)
                .withLease(leaseSeconds)
                .withLabel(label(values))
                .withScripts(scripts.up(), scripts.down(), scripts.xparam(), scripts.timeoutMillis())
                .withNeutral(start.neutral())
                .withVirtualMac(virtualMac)
                .withShortLease(shortLease(values, settings), 0, true);
        int hookTimeout = values.whole(LinkKeys.HOOK_TIMEOUT);
        boolean bindInSpiteOfFailure = values.word(LinkKeys.BEFORE_FAILURE).equals("bind");
        Deliveries deliveries = Deliveries.parse(values, networkInterface, vhid, virtualIps, virtualMac);
        AnnounceConfig announcing = AnnounceConfig.parse(values, advbase);
        byte[] key = Secret.read(values, base, warnings); // At last: a refusal leaves no key behind.
        AdvertisementDigest digest = digest(dialect, vhid, key, virtualIps, values, base, warnings);
        return new VirtualHostConfig(
                networkInterface,
                settings,
                digest,
                addresses,
                TimeUnit.SECONDS.toNanos(hookTimeout),
                bindInSpiteOfFailure,
                deliveries,
                start,
                announcing,
                scripts,
                List.copyOf(warnings));
    }

    /** Wipes the key. */
    private static AdvertisementDigest digest(
            PeerDialect dialect,
            int vhid,
            byte[] key,
            List<VirtualIp> virtualIps,
            CfgValues values,
            Path base,
            List<String> warnings)
            throws ConfigurationRefused {
        List<InetAddress> addresses =
                virtualIps.stream().map(VirtualIp::address).toList();
        try {
            return dialect.digest(vhid, key, addresses, SealConfig.parse(values, base, addresses, warnings));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** @param binderRunsScripts whether up and down are the binder's */
    public MastershipSettings mastership(boolean binderRunsScripts) {
        return new MastershipSettings(
                hookTimeoutNanos,
                bindInSpiteOfFailure,
                scripts,
                binderRunsScripts,
                start.neutral(),
                addresses.virtualIps(),
                SUCCESSOR_NANOS,
                addresses.virtualMac() ? 0 : OVERLAP_NANOS,
                announcing.count(),
                announcing.intervalNanos(),
                announcing.refreshNanos());
    }

    /**
     * What to bind, and how, with a transport.
     *
     * @param port how its advertisements look: {@link io.carp.spi.Transport#advertisementPort}
     */
    public Addresses addresses(int port) {
        long interval = addresses.advertisementNanos();
        boolean leave = port == 0 && deliveries.all().stream().noneMatch(Delivery::isUnicast);
        return interval == 0 ? addresses : addresses.withShortLease(interval, port, leave);
    }

    /** What makes it another virtual host: changing it means giving up and starting anew. */
    public boolean isSameHostAs(VirtualHostConfig other) {
        return networkInterface.equals(other.networkInterface)
                && settings.vhid() == other.settings.vhid()
                && addresses.virtualMac() == other.addresses.virtualMac();
    }

    /** {@code 7@eth0}. */
    public String subsystem() {
        return settings.vhid() + "@" + networkInterface;
    }

    private static String networkInterface(CfgValues values) throws ConfigurationRefused {
        String text = values.present(IdentityKeys.INTERFACE);
        String allowed = IdentityKeys.INTERFACE.allowed().inWords();
        if (text.length() > 15 && text.contains("@")) {
            allowed += "; drop what follows @, which is not part of the name";
        }
        if (text.length() > 15 || text.contains("/") || BLANK.matcher(text).find()) {
            throw ConfigurationRefused.of(IdentityKeys.INTERFACE, text, allowed);
        }
        return text;
    }

    private static List<VirtualIp> virtualIps(CfgValues values, String networkInterface) throws ConfigurationRefused {
        Set<VirtualIp> virtualIps = new LinkedHashSet<>();
        for (String item : values.list(IdentityKeys.VIRTUAL_IPS)) {
            virtualIps.add(IpLiteral.virtualIp(item, networkInterface));
        }
        long different = virtualIps.stream().map(VirtualIp::address).distinct().count();
        if (different < virtualIps.size()) {
            throw new ConfigurationRefused("virtualIps names an address twice with different prefix lengths");
        }
        String binder = values.text(AddressKeys.BINDER);
        if (virtualIps.isEmpty() && !isBinder(binder, "none")) {
            throw new ConfigurationRefused("virtualIps is missing: allowed is "
                    + IdentityKeys.VIRTUAL_IPS.allowed().inWords()
                    + "; none at all only with binder.target = (carp.binder=none)");
        }
        return List.copyOf(virtualIps);
    }

    /** Whether a filter names this binder, and not one whose name merely begins or ends so. */
    private static boolean isBinder(@Nullable String filter, String name) {
        return filter != null && filter.replaceAll("\\s", "").contains("(carp.binder=" + name + ")");
    }

    private static @Nullable String label(CfgValues values) throws ConfigurationRefused {
        String label = values.text(AddressKeys.LABEL);
        if (label != null && (label.length() > 15 || BLANK.matcher(label).find())) {
            throw ConfigurationRefused.of(AddressKeys.LABEL, label);
        }
        return label;
    }

    /** Only the netlink binder makes interfaces. */
    private static boolean virtualMac(CfgValues values) throws ConfigurationRefused {
        boolean wanted = values.flag(AddressKeys.VIRTUAL_MAC);
        String binder = values.text(AddressKeys.BINDER);
        if (wanted && binder != null && !isBinder(binder, "netlink")) {
            throw ConfigurationRefused.of(
                    AddressKeys.VIRTUAL_MAC,
                    "true",
                    "false with another binder than binder.target = (carp.binder=netlink)");
        }
        return wanted;
    }

    /** Nanoseconds between two advertisements of a node that is not demoted; 0 without a short lease. */
    private static long shortLease(CfgValues values, Settings settings) throws ConfigurationRefused {
        String wanted = values.word(AddressKeys.SHORT_LEASE);
        String binder = values.text(AddressKeys.BINDER);
        boolean possible = settings.leaseSeconds() > 0 && (binder == null || isBinder(binder, "netlink"));
        if (wanted.equals("true") && !possible) {
            throw ConfigurationRefused.of(
                    AddressKeys.SHORT_LEASE,
                    "true",
                    "auto or false without lease = true and binder.target = (carp.binder=netlink)");
        }
        boolean on = wanted.equals("true") || (wanted.equals("auto") && possible && settings.advbase() == 0);
        return on ? settings.intervalNanos(settings.advskew()) : 0;
    }

    private static void refuseUnknown(Map<String, ?> file) throws ConfigurationRefused {
        Set<String> names = CfgFile.VIRTUAL_HOST.names();
        for (String key : new TreeSet<>(file.keySet())) {
            if (!names.contains(key) && !isForTheFramework(key)) {
                String hint = Spelling.hint(key, names);
                throw new ConfigurationRefused("unknown key " + key
                        + (hint.isEmpty() ? ": allowed are " : hint + " Allowed are ") + String.join(", ", names));
            }
        }
    }

    static boolean isForTheFramework(String key) {
        return key.startsWith("service.")
                || key.startsWith("component.")
                || key.startsWith("felix.fileinstall.")
                || key.equals("org.apache.karaf.features.configKey");
    }
}
