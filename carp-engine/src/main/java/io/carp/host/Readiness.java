// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.INET6;

import io.carp.Reason;
import io.carp.host.InterfaceDemotions.Outage;
import io.carp.protocol.CarpStateMachine;
import io.carp.report.Findings;
import io.carp.report.StatusReport;
import io.carp.spi.Loop;
import io.carp.spi.Transport.Link;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Decides by its link and its addresses whether a virtual host may take part. Starts the machine when both are there,
 * and stops it when one is gone. Loop thread only.
 */
final class Readiness implements AddressCare.Listener {
    private static final String INTERFACE = "interface";
    /** The one reason that a transport has had so far to doubt a link that is up. */
    private static final String RP_FILTER = "rp-filter";

    private static final String LEASE = "lease";
    private static final String GATE = "gate";
    private static final String CONFLICT = "conflict";

    private final VirtualHostRunner host;
    private final NodeServices node;
    private final Loop loop;
    private final CarpStateMachine machine;
    private final FamilyPorts ports;
    private final AddressCare addresses;
    private final StatusReport report;
    private final Findings findings;

    private boolean startedBefore;
    /** This is true at the beginning, too, since nothing has been refused yet. */
    private boolean linkWasUp = true;

    Readiness(
            VirtualHostRunner host,
            NodeServices node,
            CarpStateMachine machine,
            FamilyPorts ports,
            StatusReport report,
            Findings findings) {
        this.host = host;
        this.node = node;
        this.loop = node.loop();
        this.machine = machine;
        this.ports = ports;
        this.addresses = new AddressCare(loop, this);
        this.report = report;
        this.findings = findings;
    }

    AddressCare addresses() {
        return addresses;
    }

    void linkChanged() {
        if (host.isPerforming()) {
            loop.execute(this::linkChanged); // The transport may learn of it from a failed send, within our own step.
            return;
        }
        Link link = ports.link();
        if (host.isClosed() || (link != Link.UP && !ports.isLinkKnown())) {
            return;
        }
        node.outages().tell(host, host.config().networkInterface(), Outage.LINK_DOWN, link == Link.DOWN);
        host.perform(now -> machine.families(ports.isUp(INET), ports.isUp(INET6), now));
        findings.doubtIf(RP_FILTER, ports.doubt(), host::snapshot);
        boolean cameUp = link == Link.UP && !linkWasUp;
        linkWasUp = link == Link.UP;
        if (link == Link.UP) {
            if (ports.isDownAndIgnored()) {
                findings.doubt(INTERFACE, ports.why() + "; ignored, for ignoreLink = true", host::snapshot);
            } else if (ports.isAlone()) {
                findings.doubt(INTERFACE, ports.why(), host::snapshot);
            } else if (ports.isLinkKnown() && !ports.why().isEmpty()) {
                findings.doubt(INTERFACE, ports.why() + "; going on by the other family", host::snapshot);
            } else {
                findings.settled(INTERFACE);
            }
            if (cameUp && !addresses.isReady()) {
                addresses.tryNow(); // A process that had the vhid may have had the addresses, too.
            }
            addressesReady();
            return;
        }
        Reason why = link == Link.DOWN ? Reason.LINK_DOWN : Reason.INTERFACE_UNUSABLE;
        host.perform(now -> machine.linkDown(why));
        report.outside(why, ports.why());
        if (link == Link.UNUSABLE) {
            String text = "interface = " + host.config().networkInterface() + ": " + ports.why();
            findings.fault(INTERFACE, text, host::snapshot);
        }
    }

    @Override
    public void addressesReady() {
        if (host.isClosed() || !addresses.isReady() || ports.link() != Link.UP || machine.state() != INIT) {
            return;
        }
        findings.settled(Findings.ADDRESSES);
        Reason reason = startedBefore ? Reason.LINK_UP : Reason.INITIALIZATION_COMPLETE;
        host.perform(now -> machine.start(reason, now));
        if (machine.state() != INIT) {
            startedBefore = true;
        } else {
            Duration left = Duration.ofNanos(machine.deadline() - loop.nanoTime());
            int delay = machine.settings().delays().startupDelaySeconds();
            Instant end = node.wallClock().instant().plus(left).truncatedTo(ChronoUnit.SECONDS);
            report.outside(Reason.STARTING, "takes no part until " + end + ": startupDelay = " + delay);
        }
    }

    @Override
    public boolean isServedElsewhere() {
        return machine.neighbours().stream().anyMatch(other -> other.isLiving(loop.nanoTime()));
    }

    /** At once: neither consumers nor scripts have anything to win from a node that has not the addresses. */
    @Override
    public void addressesLapsed(String inWords) {
        startedBefore = false;
        addressesFault(inWords);
        host.perform(now -> machine.stop(Reason.ADDRESS_LAPSED, now));
        report.outside(Reason.ADDRESS_LAPSED, inWords);
    }

    @Override
    public void addressesFailed(Reason why, String inWords) {
        startedBefore = false;
        addressesFault(inWords);
        host.giveUp(INIT, why, () -> {
            host.perform(now -> machine.stop(why, now));
            report.outside(why, inWords);
            addressesReady(); // The addresses may have become free while consumers let go.
        });
    }

    private void addressesFault(String inWords) {
        String text = "virtualIps = " + String.join(", ", host.snapshot().virtualIps()) + ": " + inWords;
        findings.fault(Findings.ADDRESSES, text, host::snapshot);
    }

    @Override
    public void addressRestored(String address) {
        host.warn(address + " was removed behind our back though this node is MASTER: put back");
    }

    @Override
    public void addressExpired(String address) {
        host.warn("the lease of " + address
                + " was not renewed in time and ran out, though this node is MASTER: put back");
    }

    @Override
    public void addressesLate(String why) {
        findings.faultIf(LEASE, why, host::snapshot);
    }

    @Override
    public void addressesUnguarded(String why) {
        findings.doubtIf(GATE, why, host::snapshot);
    }

    @Override
    public void addressesContested(String who) {
        // After a pause of this process it may be the successor that was heard.
        findings.faultIf(CONFLICT, machine.state() == MASTER ? who : "", host::snapshot);
    }
}
