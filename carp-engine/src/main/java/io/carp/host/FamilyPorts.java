// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.config.Deliveries;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Counters;
import io.carp.protocol.Counters.Counter;
import io.carp.report.StatusReport;
import io.carp.spi.Delivery;
import io.carp.spi.Transport;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The doors of one virtual host to its link: one for each family it speaks. Loop thread only.
 *
 * <p>The link is as good as its best family: a node that can still be heard by one of them goes on. With {@code
 * ignoreLink} one that is down is taken for up, as long as there is an address to speak from.
 */
final class FamilyPorts implements StatusReport.Unclaimed {
    /** What the runner hears. */
    interface Listener {
        void received(InetAddress source, int ttl, ByteBuffer packet);

        void wrongPeer(InetAddress source);

        void linkChanged();

        /** A port threw what no port may. */
        void portFailed(RuntimeException why);

        /** @param failing by which families advertisements do not leave, for a person; empty if they leave again */
        void sendingChanged(String failing);
    }

    private final Transport transport;
    private final CarpStateMachine machine;
    private final Listener listener;
    private final List<FamilyPort> doors = new ArrayList<>();
    private boolean ignoreLink;

    /** What was told last. */
    private String failing = "";

    FamilyPorts(Transport transport, CarpStateMachine machine, Listener listener) {
        this.transport = transport;
        this.machine = machine;
        this.listener = listener;
    }

    /** Opens what is needed for these, changes what is open, and closes what is not needed. */
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

    /** Something was edited that may have been why advertisements did not leave. */
    void forgetSendErrors() {
        doors.forEach(door -> door.errors.forget());
        tellSending();
    }

    /** Nothing is being sent, for we are a backup. */
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

    /** Whether a link that is down is taken for down from now on. */
    void ignoreLink(boolean ignore) {
        ignoreLink = ignore;
    }

    /**
     * Sends on every family that is up; true if at least one took it. A family that is down and ignored takes whatever
     * there is: the addresses of a master that goes on in spite of it must not run out.
     *
     * @param asMaster or else it says that we are master no longer
     */
    boolean send(ByteBuffer packet, boolean asMaster) {
        boolean sent = false;
        boolean changed = false;
        Counters counters = machine.counters();
        for (int i = 0; i < doors.size(); i++) { // No iterator: this is each advertisement.
            FamilyPort door = doors.get(i);
            boolean forgiven = isDownAndIgnored(door);
            if (door.link != Link.UP && !forgiven) {
                continue;
            }
            int errno = door.send(packet, asMaster);
            changed |= !forgiven && door.errors.note(errno, door.isUnicast());
            if (errno == 0) {
                counters.count(door.isIpv6() ? Counter.opackets6 : Counter.opackets);
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

    void drain() {
        for (FamilyPort door : doors) {
            door.drain();
        }
    }

    /** Whether all families have said how they are. */
    boolean isLinkKnown() {
        return doors.stream().allMatch(door -> door.heardFrom);
    }

    /** The best of all families. */
    Link link() {
        Link best = Link.UNUSABLE;
        for (FamilyPort door : doors) {
            Link link = isDownAndIgnored(door) ? Link.UP : door.link;
            if (link.compareTo(best) < 0) {
                best = link;
            }
        }
        return best;
    }

    private boolean isDownAndIgnored(FamilyPort door) {
        return ignoreLink && door.isNothingButDown();
    }

    /** Whether nothing but {@code ignoreLink} makes the link one that is up. */
    boolean isDownAndIgnored() {
        return link() == Link.UP && !isUp(StandardProtocolFamily.INET) && !isUp(StandardProtocolFamily.INET6);
    }

    /** Whether advertisements can be heard in this family. */
    boolean isUp(StandardProtocolFamily family) {
        for (FamilyPort door : doors) {
            if (door.family == family && door.link == Link.UP) {
                return true;
            }
        }
        return false;
    }

    /** Why families are not up, for a person. */
    String why() {
        List<String> reasons = new ArrayList<>();
        for (FamilyPort door : doors) {
            if (door.link != Link.UP && !reasons.contains(door.why)) {
                reasons.add(door.why);
            }
        }
        return String.join("; ", reasons);
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
