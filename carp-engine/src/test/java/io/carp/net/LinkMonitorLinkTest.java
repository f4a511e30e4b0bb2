// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Netns;
import io.carp.testing.contract.Recorder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The monitor goes on watching the interfaces, whatever fails. */
@Timeout(120)
class LinkMonitorLinkTest {
    private Netns netns;
    private NettyLoop loop;
    private LinkMonitor monitor;

    @BeforeEach
    void setUp() {
        netns = Netns.create("carp-net-eye");
        netns.ip("link add eth0 type veth peer name peer0");
        loop = netns.loop();
        monitor = new LinkMonitor(loop);
    }

    @AfterEach
    void tearDown() {
        if (netns != null) {
            Recorder.on(loop, () -> {
                monitor.close();
                return true;
            });
            loop.close();
            netns.close();
        }
    }

    private final class Seen implements LinkMonitor.Subscriber {
        final List<Boolean> up = new CopyOnWriteArrayList<>();

        @Override
        public void changed(KnownInterface.State state) {
            up.add(state != null && state.up());
        }

        @Override
        public void unknown(String why) {
            throw new AssertionError(why);
        }

        void await(Boolean... expected) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!up.equals(List.of(expected)) && System.nanoTime() - end < 0) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertEquals(List.of(expected), up);
        }
    }

    private void subscribe(LinkMonitor.Subscriber subscriber) {
        Recorder.on(loop, () -> monitor.subscribe("eth0", subscriber));
    }

    @Test
    void oneWhoFailsKeepsNobodyElseFromKnowing() throws Exception {
        var failures = new AtomicInteger();
        var seen = new Seen();
        subscribe(new LinkMonitor.Subscriber() {
            @Override
            public void changed(KnownInterface.State state) {
                if (failures.incrementAndGet() == 1) {
                    throw new IllegalStateException("on purpose");
                }
                throw new OutOfMemoryError("on purpose");
            }

            @Override
            public void unknown(String why) {}
        });
        subscribe(seen);
        monitor.start();
        seen.await(false);
        netns.ip("link set eth0 up");
        seen.await(false, true);
        assertEquals(2, failures.get());
    }

    @Test
    void aFaultOfOursMakesItLookAgainWithABlockedLogToo() throws Exception {
        var seen = new Seen();
        subscribe(seen);
        monitor.start();
        seen.await(false);
        try (var log = new BlockedLog()) {
            breakIt();
            netns.ip("link add eth1 type veth peer name peer1");
            log.awaitBlocked();
            netns.ip("link set eth0 up");
            seen.await(false, true);
            assertTrue(Recorder.on(loop, () -> true));
        }
    }

    /** Other tools write names like this, and people copy them from there. */
    @Test
    void aNameThatNoInterfaceHasIsHintedAt() throws Exception {
        netns.ip("link property add dev eth0 altname vip0");
        var seen = new Seen();
        subscribe(seen);
        monitor.start();
        seen.await(false);
        assertEquals("drop what follows @, which is not part of the name eth0", hint("eth0@if7"));
        assertEquals("drop what follows :, which is not part of the name eth0", hint("eth0:1"));
        assertEquals("it is an alternative name of eth0: use that", hint("vip0"));
        assertEquals("drop what follows @, which is not part of the name eth0", hint("vip0@peer0"));
        assertEquals("there is eth0", hint("ETH0"));
        assertEquals("", hint("eth1"));
        assertEquals("", hint("@"));
    }

    private String hint(String networkInterface) {
        return Recorder.on(loop, () -> monitor.hint(networkInterface));
    }

    /** Makes the monitor throw at the next interface that is new to it. */
    private void breakIt() throws Exception {
        var told = LinkMonitor.class.getDeclaredField("told");
        told.setAccessible(true);
        Recorder.on(loop, () -> {
            try {
                told.set(monitor, Map.of());
                return true;
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
