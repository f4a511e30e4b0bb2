// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import io.carp.spi.VirtualIp;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A worker claims and releases while the loop is busy: the number of a descriptor that is watched stays taken. */
class ClaimsTest {
    private final Deque<Runnable> loopTasks = new ArrayDeque<>();
    private final List<Integer> watched = new ArrayList<>();
    private final Claims claims = new Claims(loop());

    private Loop loop() {
        return (Loop) Proxy.newProxyInstance(
                Loop.class.getClassLoader(), new Class<?>[] {Loop.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "execute" -> loopTasks.add((Runnable) arguments[0]);
                        case "watch" -> {
                            int fd = (Integer) arguments[0];
                            watched.add(fd);
                            return (Cancellable) () -> {
                                assertTrue(isOpen(fd), "closed before the loop stopped watching it");
                                watched.remove(Integer.valueOf(fd));
                            };
                        }
                        case "nanoTime" -> {
                            return 0L;
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    }
                    return null;
                });
    }

    private static boolean isOpen(int fd) {
        return Files.exists(Path.of("/proc/self/fd/" + fd), LinkOption.NOFOLLOW_LINKS);
    }

    private static List<VirtualIp> ips() throws Exception {
        return List.of(new VirtualIp(InetAddress.getByName("192.0.2.77"), 32));
    }

    @Test
    void whatIsWatchedIsClosedByTheLoop() throws Exception {
        claims.take(ips(), "test0");
        int fd = watched.get(0);
        claims.releaseAll();
        assertTrue(isOpen(fd), "the loop still watches it");
        loopTasks.remove().run();
        assertEquals(List.of(), watched);
        assertFalse(isOpen(fd), "nothing is left open");
    }

    @Test
    void whatIsTakenForAMomentIsNotWatched() throws Exception {
        claims.requireFree(ips(), "test0");
        assertEquals(List.of(), watched);
        assertTrue(loopTasks.isEmpty());
    }
}
