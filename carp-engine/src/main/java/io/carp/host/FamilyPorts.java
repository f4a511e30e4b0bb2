// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.config.Deliveries;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Counters;
import io.carp.protocol.Counters.Counter;
import io.carp.report.StatusReport;
import io.carp.spi.Delivery;
import io.carp.spi.Relay;
import io.carp.spi.Transport;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The ports of one virtual host on its link: one for each family that it speaks. Loop thread only.
 *
 * <p>The link is as good as its best family, since a node that can still be heard in one of them goes on. With {@code
 * ignoreLink} a link that is down counts as up, for as long as there is a source address.
 */
final class FamilyPorts implements StatusReport.Unclaimed {
    /** What the runner is told. */
    interface Listener {
        void received(InetAddress source, int ttl, ByteBuffer packet);

        void wrongPeer(InetAddress source);

        void linkChanged();

        /** A port threw something, which no port may. */
        void portFailed(RuntimeException why);

        /** @param failing by which families advertisements do not leave, for a person; empty if they leave again */
        void sendingChanged(String failing);
    }

    private final Transport transport;
    private final CarpStateMachine machine;
    private final Listener listener;
    private final List<FamilyPort> doors = new ArrayList<>();
    private boolean ignoreLink;

    /** What the listener was told last. */
    private String failing = "";

    FamilyPorts(Transport transport, CarpStateMachine machine, Listener listener) {
        this.transport = transport;
        this.machine = machine;
        this.listener = listener;
    }

    /** Opens the ports that are needed for these deliveries, changes those that are open, and closes the others. */
    void open(Deliveries deliveries) {
        doors.removeIf(door -> {
            boolean unneeded = door.port == null
                    || deliveries.all().stream().noneMatch(delivery -> delivery.family() == door.family);
            if (unneeded) {
                door.close();
            }
            return unneeded;
        });
        deliveries.all().forEach(this::open);
        tellSending();
    }

    /** Forgets the send errors, because their reason may have been edited away. */
    void forgetSendErrors() {
        doors.forEach(door -> door.errors.forget());
        tellSending();
    }

    /** Says that nothing is being sent, because we are a backup. */
    void silent(long now) {
        boolean changed = false;
        for (int i = 0; i < doors.size(); i++) {
            changed |= doors.get(i).errors.silent(now);
        }
        if (changed) {
            tellSending();
        }
    }

    private void open(Delivery delivery) {
        for (FamilyPort door : doors) {
            if (door.family == delivery.family()) {
                door.update(delivery);
                return;
            }
        }
        FamilyPort door = new FamilyPort(delivery, machine, listener, this::tellSending);
        doors.add(door);
        try {
            door.port = transport.open(delivery, door);
        } catch (RuntimeException e) {
            door.unusable("the transport cannot serve it: " + e.getMessage());
        }
    }

    /** Says whether a link that is down counts as up from now on. */
    void ignoreLink(boolean ignore) {
        ignoreLink = ignore;
    }

    /**
     * Sends in every family that is up. Returns true if at least one took it. A family that is down and ignored counts
     * as if it took everything, since the addresses of a master that goes on in spite of it must not run out.
     *
     * @param asMaster false for an advertisement that ends our mastership
     */
    boolean send(ByteBuffer packet, boolean asMaster) {
        boolean sent = false;
        boolean changed = false;
        Counters counters = machine.counters();
        for (int i = 0; i < doors.size(); i++) { // An iterator would be allocated for each advertisement.
            FamilyPort door = doors.get(i);
            boolean forgiven = isDownAndIgnored(door);
            if (link(door) != Link.UP && !forgiven) {
                continue;
            }
            int errno = door.send(packet, asMaster);
            changed |= !forgiven && door.errors.note(errno, door.isUnicast());
            if (errno == 0) {
                if (!door.isAlone()) {
                    counters.count(door.isIpv6() ? Counter.opackets6 : Counter.opackets);
                }
                sent = true;
            } else if (forgiven) {
                sent = true;
            } else {
                counters.count(Counter.sendErrors);
            }
        }
        if (changed) {
            tellSending();
        }
        return sent;
    }

    private void tellSending() {
        List<String> families = new ArrayList<>();
        for (FamilyPort door : doors) {
            if (door.errors.isFailing()) {
                families.add((door.isIpv6() ? "IPv6" : "IPv4") + " (" + door.errors.lastInWords() + ")");
            }
        }
        String now = String.join(", ", families);
        if (!now.equals(failing)) {
            failing = now;
            listener.sendingChanged(now);
        }
    }

    /** How many families there are; those of the following methods are numbered from 0. */
    int size() {
        return doors.size();
    }

    /** What sends in that family while this process stands still; null if nothing does, or nobody would hear it. */
    @Nullable
    Relay relay(int i) {
        FamilyPort door = doors.get(i);
        return door.isAlone() ? null : door.relay();
    }

    boolean isIpv6(int i) {
        return doors.get(i).isIpv6();
    }

    /** Whether advertisements are sent to somebody in that family. */
    boolean isInUse(int i) {
        return doors.get(i).link == Link.UP;
    }

    void drain() {
        for (FamilyPort door : doors) {
            door.drain();
        }
    }

    /** Whether the state of the link is known in all families. */
    boolean isLinkKnown() {
        return doors.stream().allMatch(door -> door.heardFrom);
    }

    /** The best state of all families. */
    Link link() {
        Link best = Link.UNUSABLE;
        for (FamilyPort door : doors) {
            Link link = isDownAndIgnored(door) ? Link.UP : link(door);
            if (link.compareTo(best) < 0) {
                best = link;
            }
        }
        return best;
    }

    /**
     * A family that names nobody but this node is a link where no other family names anybody. Beside one that does, its
     * silence would say nothing of the others, and nobody else sees that one go down.
     */
    private Link link(FamilyPort door) {
        if (!door.isAlone()) {
            return door.link;
        }
        return isAlone() ? Link.UP : Link.UNUSABLE;
    }

    /** Whether this node is the only one that is configured. */
    boolean isAlone() {
        for (int i = 0; i < doors.size(); i++) { // No iterator: this is each advertisement.
            if (!doors.get(i).isAlone()) {
                return false;
            }
        }
        return !doors.isEmpty();
    }

    private boolean isDownAndIgnored(FamilyPort door) {
        return ignoreLink && door.isNothingButDown();
    }

    /** Whether only {@code ignoreLink} makes the link count as up. */
    boolean isDownAndIgnored() {
        return link() == Link.UP && !isUp(StandardProtocolFamily.INET) && !isUp(StandardProtocolFamily.INET6);
    }

    /** Whether advertisements can be heard in this family. */
    boolean isUp(StandardProtocolFamily family) {
        for (FamilyPort door : doors) {
            if (door.family == family && link(door) == Link.UP) {
                return true;
            }
        }
        return false;
    }

    /** Why families are not up, or nobody is to be heard there, for a person. */
    String why() {
        List<String> reasons = new ArrayList<>();
        for (FamilyPort door : doors) {
            if (door.link != Link.UP && !reasons.contains(door.why)) {
                reasons.add(door.why);
            }
        }
        return String.join("; ", reasons);
    }

    /** Why others may not be heard though the link is up, for a person; empty if nothing is known of that. */
    String doubt() {
        return doors.stream()
                .filter(door -> door.link == Link.UP && !door.why.isEmpty())
                .map(door -> door.why)
                .collect(Collectors.joining("; "));
    }

    @Override
    public long badVhid() {
        long sum = 0;
        for (FamilyPort door : doors) {
            sum += door.port == null ? 0 : door.port.badVhid();
        }
        return sum;
    }

    @Override
    public long badLength() {
        long sum = 0;
        for (FamilyPort door : doors) {
            sum += door.port == null ? 0 : door.port.badLength();
        }
        return sum;
    }

    void close() {
        doors.forEach(FamilyPort::close);
        doors.clear();
        tellSending();
    }
}
