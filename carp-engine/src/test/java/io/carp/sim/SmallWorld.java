// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Settings;
import io.carp.protocol.Step;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A few machines and what is under way between them. Nothing in it happens by chance: whoever plays it chooses what comes
 * next, and time goes on only from one deadline to the next.
 */
final class SmallWorld {
    private static final long SECOND = 1_000_000_000L;
    private static final long CLOCK = 1_700_000_000_000L;
    /** How often each kind of trouble may come. */
    private static final int TROUBLES = 1;

    private final List<Node> nodes = new ArrayList<>();
    private final List<Message> underWay = new ArrayList<>();
    private long now = SECOND;
    private int crashes;
    private int pauses;
    private int stepDowns;

    private record Message(Node from, Node to, byte[] bytes) {}

    /** Something that can happen next. */
    record Deed(String name, Runnable doing) {}

    private final class Node {
        private final int number;
        private final Settings settings;
        private @Nullable CarpStateMachine machine;
        private boolean paused;
        private long spokeAt;

        Node(int number, Settings settings) {
            this.number = number;
            this.settings = settings;
        }

        void start() {
            AdvertisementDigest digest = new AdvertisementDigest(
                    settings.vhid(), "secret".getBytes(UTF_8), List.of(SimulatedNode.address(100)));
            CarpStateMachine started = new CarpStateMachine(settings, digest, CLOCK);
            machine = started;
            started.source(false, SimulatedNode.address(number));
            perform(started.start(Reason.STARTING, now));
        }

        boolean runs() {
            return machine != null && !paused;
        }

        boolean isMaster() {
            return machine != null && machine.state() == CarpState.MASTER;
        }

        CarpStateMachine machine() {
            return Objects.requireNonNull(machine);
        }

        void perform(Step step) {
            if (!step.sends()) {
                return;
            }
            boolean asMaster = step.from() == CarpState.MASTER && step.to() == CarpState.MASTER;
            long late = settings.lateNanos(machine().effectiveAdvskew());
            if (asMaster && now - spokeAt > late) {
                throw new AssertionError(this + " spoke after a silence of " + (now - spokeAt) / 1_000_000 + " ms");
            }
            spokeAt = now;
            byte[] bytes = new byte[step.packet().remaining()];
            step.packet().get(step.packet().position(), bytes);
            for (Node to : nodes) {
                if (to != this && to.machine != null) {
                    underWay.add(new Message(this, to, bytes));
                }
            }
        }

        /** As its host does: what has arrived comes before a timer that is late. */
        void resume() {
            paused = false;
            for (Message message : List.copyOf(underWay)) {
                if (message.to == this) {
                    deliver(message);
                }
            }
            tickIfDue();
        }

        void tickIfDue() {
            long deadline = machine().deadline();
            if (deadline != Step.NEVER && now - deadline >= 0) {
                perform(machine().tick(now));
            }
        }

        @Override
        public String toString() {
            return "node " + number;
        }
    }

    /** @param advskews one for each node */
    SmallWorld(boolean preempt, int... advskews) {
        for (int advskew : advskews) {
            nodes.add(new Node(nodes.size() + 1, new Settings(7, 1, advskew, preempt, 3, 0, 60)));
        }
        nodes.forEach(Node::start);
    }

    /** All that can happen next, in an order that depends on what has happened alone. */
    List<Deed> deeds() {
        List<Deed> deeds = new ArrayList<>();
        Node next = next();
        if (next != null) {
            deeds.add(new Deed("time passes to the timer of " + next, () -> fire(next)));
        }
        for (Message message : underWay) {
            String what = "what " + message.from + " has said to " + message.to;
            if (message.to.runs()) {
                deeds.add(new Deed(what + " arrives", () -> deliver(message)));
            }
            deeds.add(new Deed(what + " is lost", () -> underWay.remove(message)));
        }
        for (Node node : nodes) {
            deedsOf(node, deeds);
        }
        return deeds;
    }

    private void deedsOf(Node node, List<Deed> deeds) {
        if (node.machine == null) {
            deeds.add(new Deed(node + " starts again", node::start));
            return;
        }
        if (crashes < TROUBLES) {
            deeds.add(new Deed(node + " crashes", () -> crash(node)));
        }
        if (node.paused) {
            deeds.add(new Deed(node + " goes on", node::resume));
        } else if (pauses < TROUBLES) {
            deeds.add(new Deed(node + " stands still", () -> pause(node)));
        }
        if (node.runs() && node.isMaster() && stepDowns < TROUBLES) {
            deeds.add(new Deed(node + " steps down", () -> stepDown(node)));
        }
    }

    private @Nullable Node next() {
        Node first = null;
        for (Node node : nodes) {
            if (node.runs() && node.machine().deadline() != Step.NEVER) {
                boolean earlier = first == null
                        || node.machine().deadline() - first.machine().deadline() < 0;
                first = earlier ? node : first;
            }
        }
        return first;
    }

    private void fire(Node node) {
        now = Math.max(now, node.machine().deadline());
        node.tickIfDue();
    }

    private void deliver(Message message) {
        underWay.remove(message);
        if (message.to.machine != null) {
            InetAddress source = SimulatedNode.address(message.from.number);
            ByteBuffer bytes = ByteBuffer.wrap(message.bytes);
            message.to.perform(message.to.machine().receive(source, Station.TTL, bytes, now));
        }
    }

    private void crash(Node node) {
        crashes++;
        node.machine = null;
        node.paused = false;
        underWay.removeIf(message -> message.to == node);
    }

    private void pause(Node node) {
        pauses++;
        node.paused = true;
    }

    private void stepDown(Node node) {
        stepDowns++;
        node.perform(node.machine().stepDown(Reason.USER_REQUEST, now));
    }

    /** No more trouble: everybody goes on, and all that is said arrives, for so long. */
    void allIsWell(long nanos) {
        nodes.stream().filter(node -> node.paused).forEach(Node::resume);
        long end = now + nanos;
        arrive();
        for (Node next = next(); next != null && next.machine().deadline() - end <= 0; next = next()) {
            fire(next);
            arrive();
        }
        now = end;
    }

    private void arrive() {
        while (!underWay.isEmpty()) {
            deliver(underWay.get(0));
        }
    }

    /** Until when there is one MASTER after the last trouble: a master-down time and an interval of the slowest. */
    long patience() {
        long longest = 0;
        for (Node node : nodes) {
            long skew = node.settings.advskew() * SECOND / 256;
            longest = Math.max(longest, 3 * SECOND + skew + SECOND + skew);
        }
        return longest;
    }

    List<Integer> masters() {
        return nodes.stream().filter(Node::isMaster).map(node -> node.number).toList();
    }

    boolean isAnybodyThere() {
        return nodes.stream().anyMatch(node -> node.machine != null);
    }
}
