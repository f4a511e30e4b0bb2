// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.sim.BareHost;
import io.carp.sim.SimulatedLink;
import io.carp.sim.SimulatedLoop;
import io.carp.sim.Station;
import io.carp.sim.VirtualTime;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node of a {@link Scenario}: says in the log what its machine asks for. */
final class ScenarioNode implements BareHost.Journal {
    private final String name;
    private final VirtualTime time;
    private final Consumer<String> log;
    private final SimulatedLoop loop;
    private final Station station;
    private final BareHost host;
    private final boolean showsCount;
    private final boolean dualStack;
    private String pass;
    private String vip;
    private DigestOrder digestOrder;
    private int vhid;

    ScenarioNode(
            String name, int number, Arguments arguments, VirtualTime time, SimulatedLink link, Consumer<String> log) {
        this.name = name;
        this.time = time;
        this.log = log;
        Settings settings = settings(arguments, new Settings(1, 1, 0, false, 3, 0, 60));
        pass = arguments.text("pass", "secret");
        vip = arguments.text("vip", "10.0.0.100");
        digestOrder = digestOrder(arguments, DigestOrder.SORTED);
        String clock = arguments.text("clock", "");
        showsCount = !clock.isEmpty();
        loop = new SimulatedLoop(time, 0, 0);
        InetAddress address = Golden.address(arguments.text("address", "10.0.0." + number));
        String address6 = arguments.text("address6", "");
        dualStack = !address6.isEmpty();
        station = dualStack ? link.plug(loop, address, Golden.address(address6)) : link.plug(loop, address);
        long clockAtZero = showsCount ? Arguments.nanos(clock) / 1_000_000 : 0;
        host = new BareHost(loop, station, settings, digest(pass, vip), clockAtZero, this);
    }

    void start() {
        if (dualStack) {
            host.startWithBothFamilies();
        } else {
            host.start();
        }
    }

    void stop() {
        host.stop();
    }

    SimulatedLoop loop() {
        return loop;
    }

    Station station() {
        return station;
    }

    BareHost host() {
        return host;
    }

    CarpStateMachine machine() {
        return host.machine();
    }

    String pass() {
        return pass;
    }

    String vip() {
        return vip;
    }

    void edit(Arguments arguments) {
        Settings settings = settings(arguments, machine().settings());
        pass = arguments.text("pass", pass);
        vip = arguments.text("vip", vip);
        digestOrder = digestOrder(arguments, digestOrder);
        host.input(now -> machine().reconfigure(settings, digest(pass, vip), now));
    }

    AdvertisementDigest digest(String pass, String vip) {
        return new AdvertisementDigest(
                vhid,
                pass.getBytes(UTF_8),
                Stream.of(vip.split(",")).map(Golden::address).toList(),
                digestOrder,
                null,
                Seal.OFF);
    }

    private static DigestOrder digestOrder(Arguments arguments, DigestOrder old) {
        return DigestOrder.valueOf(arguments.text("digestOrder", old.name()).toUpperCase(Locale.ROOT));
    }

    private Settings settings(Arguments arguments, Settings old) {
        vhid = arguments.number("vhid", old.vhid());
        return new Settings(
                vhid,
                arguments.number("advbase", old.advbase()),
                arguments.number("advskew", old.advskew()),
                arguments.flag("preempt", old.preempt()),
                arguments.number("deadRatio", old.deadRatio()),
                arguments.number("lease", old.leaseSeconds()),
                arguments.number("digestOverlap", old.digestOverlapSeconds()),
                new Delays(
                        arguments.number("startupDelay", old.delays().startupDelaySeconds()),
                        arguments.number("preemptDelay", old.delays().preemptDelaySeconds()),
                        FamilyRule.valueOf(arguments
                                .text(
                                        "familyRule",
                                        old.delays().familyRule().name().toLowerCase(Locale.ROOT))
                                .toUpperCase(Locale.ROOT))),
                DemotionStyle.valueOf(arguments
                        .text("demotionStyle", old.demotionStyle().name())
                        .toUpperCase(Locale.ROOT)));
    }

    @Override
    public void sent(ByteBuffer packet) {
        Advertisement sent = AdvertisementCodec.decode(packet, new Advertisement());
        say(" > advertisement vhid=" + sent.vhid() + " advbase=" + sent.advbase() + " advskew=" + sent.advskew()
                + " demotion=" + sent.demotion()
                + (showsCount ? " count=" + seconds(TimedCounter.millis(sent.counter()) * 1_000_000) + "s" : ""));
    }

    @Override
    public void changed(CarpState from, CarpState to, Reason reason) {
        say(": carp: " + machine().settings().vhid() + "@sim: " + from + " -> " + to + " (" + reason + ")");
    }

    @Override
    public void announced() {
        say(" > announcement");
    }

    private void say(String what) {
        log.accept(seconds(time.now()) + " " + name + what);
    }

    String state() {
        long deadline = machine().deadline();
        String waits = deadline == Step.NEVER ? "" : ", " + seconds(deadline - loop.nanoTime()) + " s to wait";
        int skew = machine().effectiveAdvskew();
        String demoted = skew == machine().settings().advskew() ? "" : ", effective advskew " + skew;
        String master = machine()
                .master()
                .map(theirs -> ", master " + theirs.address().getHostAddress() + " advbase " + theirs.advbase()
                        + " advskew " + theirs.advskew() + " heard at " + seconds(theirs.heardAt()))
                .orElse("");
        String outranked = machine().isOutranked() ? ", outranked" : "";
        Neighbour deaf = machine().deafMaster(loop.nanoTime());
        String rival = deaf == null ? "" : ", not heard by " + deaf.address().getHostAddress();
        InetAddress stranger = host.stranger();
        String other = stranger == null ? "" : ", stranger " + stranger.getHostAddress();
        return name + ": " + machine().state() + waits + demoted + master + outranked + rival + other;
    }

    String counters() {
        return name + ": "
                + machine().counters().asMap().entrySet().stream()
                        .filter(counter -> counter.getValue() != 0)
                        .map(counter -> counter.getKey() + " " + counter.getValue())
                        .collect(Collectors.joining(", "));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
    }
}
