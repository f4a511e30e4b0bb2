// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import io.carp.Reason;
import io.carp.sim.SimulatedLink;
import io.carp.sim.VirtualTime;
import io.carp.spi.Transport;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** The verbs of a {@link Scenario}, on one link with a delay of one millisecond. */
final class ScenarioVerbs implements Scenario.Verbs {
    private static final Set<String> FLAGS = Set.of("preempt", "badsum");

    private final VirtualTime time = new VirtualTime();
    private final SimulatedLink link = new SimulatedLink(time, new Random(1));
    private final Map<String, ScenarioNode> nodes = new LinkedHashMap<>();
    private final List<String> log = new ArrayList<>();

    @Override
    public List<String> takeLog() {
        List<String> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    @Override
    public void perform(List<String> words) {
        Arguments arguments = new Arguments(words.subList(1, words.size()), FLAGS);
        verb(words.get(0)).accept(arguments);
        arguments.end();
        time.advance(0);
    }

    private Consumer<Arguments> verb(String verb) {
        return switch (verb) {
            case "node" -> this::node;
            case "start" -> arguments -> node(arguments.name(), ScenarioNode::start);
            case "stop" -> arguments -> node(arguments.name(), ScenarioNode::stop);
            case "kill" ->
                arguments -> node(arguments.name(), node -> node.loop().kill());
            case "edit" -> arguments -> node(arguments.name(), node -> node.edit(arguments));
            case "demote" -> this::demote;
            case "stepdown" -> this::stepDown;
            case "takeover" ->
                arguments -> node(arguments.name(), node -> node.host().input(node.machine()::takeOver));
            case "families" -> this::families;
            case "link" -> this::link;
            case "lose" -> this::lose;
            case "cut" -> arguments -> between(arguments, true);
            case "join" -> arguments -> between(arguments, false);
            case "pause" ->
                arguments -> node(arguments.name(), node -> node.loop().pause(true));
            case "resume" ->
                arguments -> node(arguments.name(), node -> node.loop().resume());
            case "advance" -> arguments -> time.advance(Arguments.nanos(arguments.name()));
            case "send" -> this::send;
            case "state" -> arguments -> node(arguments.name(), node -> log.add(node.state()));
            case "counters" -> arguments -> node(arguments.name(), node -> log.add(node.counters()));
            default -> throw new IllegalArgumentException("no such verb");
        };
    }

    /**
     * A new node, which starts at once. Settings as in a cfg file: vhid, advbase, advskew, preempt, deadRatio, lease,
     * digestOverlap, demotionStyle, digestOrder, startupDelay, preemptDelay, familyRule, pass, vip (with commas); also
     * its address, its address6 if it speaks IPv6 as well, and what its wall clock shows at the beginning, then the
     * time in its counters is logged.
     *
     * <p>Example: node a vhid=1 advskew=100 preempt pass=secret vip=10.0.0.100,10.0.0.101 address=10.0.0.1 clock=7s
     */
    private void node(Arguments arguments) {
        String name = arguments.name();
        ScenarioNode node = new ScenarioNode(name, nodes.size() + 1, arguments, time, link, log::add);
        if (nodes.put(name, node) != null) {
            throw new IllegalArgumentException("there is a node " + name);
        }
        node.start();
    }

    // Example: start a          after a stop
    // Example: stop a           in good order
    // Example: kill a           the process is gone
    // Example: edit a advskew=50 pass=other
    //                           settings as for a node; what is not named stays
    // Example: takeover a       somebody asks for it
    // Example: pause a          the process stops, as in a garbage collection; packets pile up, the clock goes on
    // Example: resume a
    // Example: advance 3.5s     time passes
    // Example: state a          what it is, what it waits for, whom it hears
    // Example: counters a       those that are not 0

    private void node(String name, Consumer<ScenarioNode> action) {
        ScenarioNode node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("no node " + name);
        }
        action.accept(node);
    }

    /**
     * The sum of its demotions is now this.
     *
     * <p>Example: demote a 240
     */
    private void demote(Arguments arguments) {
        String name = arguments.name();
        int total = Integer.parseInt(arguments.name());
        node(name, node -> node.host().input(now -> node.machine().demotion(total, now)));
    }

    /**
     * Somebody asks for it.
     *
     * <p>Example: stepdown a
     */
    private void stepDown(Arguments arguments) {
        node(arguments.name(), node -> node.host().input(now -> node.machine().stepDown(Reason.USER_REQUEST, now)));
    }

    /**
     * In which families this node can hear advertisements: ipv4, ipv6, both or none. Not known before the first time.
     *
     * <p>Example: families a ipv4,ipv6
     */
    private void families(Arguments arguments) {
        String name = arguments.name();
        List<String> families = List.of(arguments.name().split(","));
        node(name, node -> node.host()
                .input(now -> node.machine().families(families.contains("ipv4"), families.contains("ipv6"), now)));
    }

    /**
     * Pulls a node's cable, puts it back, changes how long packets take, or puts routers in.
     *
     * <p>Example: link a down
     *
     * <p>Example: link a up
     *
     * <p>Example: link delay 20ms
     *
     * <p>Example: link routed      it is many links with routers between them
     */
    private void link(Arguments arguments) {
        String what = arguments.name();
        if (what.equals("routed")) {
            link.routed();
            return;
        }
        String how = arguments.name();
        if (what.equals("delay")) {
            long nanos = Arguments.nanos(how);
            link.faults(new SimulatedLink.Faults(0, 0, nanos, nanos));
        } else {
            node(what, node -> node.station().link(Transport.Link.valueOf(how.toUpperCase(Locale.ROOT))));
        }
    }

    /**
     * The link lets nobody's packets of this family through any more: ipv4, ipv6, both or none.
     *
     * <p>Example: lose ipv4
     */
    private void lose(Arguments arguments) {
        List<String> families = List.of(arguments.name().split(","));
        link.lose(families.contains("ipv4"), families.contains("ipv6"));
    }

    /**
     * Cuts or joins the link between two nodes, one way only with an arrow.
     *
     * <p>Example: cut a b
     *
     * <p>Example: cut a > b
     *
     * <p>Example: join a b
     */
    private void between(Arguments arguments, boolean cut) {
        String one = arguments.name();
        String second = arguments.name();
        boolean oneWay = second.equals(">");
        String other = oneWay ? arguments.name() : second;
        node(
                one,
                from -> node(other, to -> {
                    way(from, to, cut);
                    if (!oneWay) {
                        way(to, from, cut);
                    }
                }));
    }

    private void way(ScenarioNode from, ScenarioNode to, boolean cut) {
        if (cut) {
            link.cut(from.station(), to.station());
        } else {
            link.join(from.station(), to.station());
        }
    }

    /**
     * A packet from outside reaches a node. Without more it is a right one from 10.0.0.99 with the settings of that
     * node; what is named is different. The checksum is right unless badsum is said, also when length cuts it short or
     * makes it longer. With ttl=-1 it came where packets are routed, with count it has the counter of one of our nodes.
     *
     * <p>Example: send a advbase=1 advskew=50 counter=5 demotion=50 from=10.0.0.9
     *
     * <p>Example: send a ttl=254 vhid=2 version=3 length=35 pass=other vip=10.0.0.7 badsum
     *
     * <p>Example: send a ttl=-1 count=12.5s
     */
    private void send(Arguments arguments) {
        node(arguments.name(), node -> {
            InetAddress source = Golden.address(arguments.text("from", "10.0.0.99"));
            int ttl = arguments.number("ttl", 255);
            node.station().arrive(source, ttl, packet(arguments, node));
        });
    }

    /** Any number, or as our nodes count. */
    private static long counter(Arguments arguments) {
        String count = arguments.text("count", "");
        return count.isEmpty()
                ? Long.parseLong(arguments.text("counter", "1000"))
                : TimedCounter.of(Arguments.nanos(count) / 1_000_000);
    }

    private static ByteBuffer packet(Arguments arguments, ScenarioNode node) {
        Settings settings = node.machine().settings();
        ByteBuffer packet = ByteBuffer.allocate(100);
        packet.put(Packets.of(
                node.digest(arguments.text("pass", node.pass()), arguments.text("vip", node.vip())),
                settings.vhid(),
                arguments.number("advbase", settings.advbase()),
                arguments.number("advskew", settings.advskew()),
                counter(arguments)));
        packet.rewind();
        packet.put(0, (byte) (arguments.number("version", 2) << 4 | 1));
        packet.put(AdvertisementCodec.VHID_AT, (byte) arguments.number("vhid", settings.vhid()));
        packet.put(AdvertisementCodec.DEMOTION_AT, (byte) arguments.number("demotion", 0));
        Packets.sum(packet);
        if (arguments.flag("badsum", false)) {
            packet.put(AdvertisementCodec.CHECKSUM_AT, (byte) ~packet.get(AdvertisementCodec.CHECKSUM_AT));
        }
        return packet.limit(arguments.number("length", AdvertisementCodec.LENGTH));
    }
}
