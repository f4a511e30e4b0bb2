// SPDX-License-Identifier: Apache-2.0
package io.carp.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.Transition;
import io.carp.VirtualHost;
import io.carp.VirtualHostListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A listener that only writes down what it is told. */
final class ListenerDiary implements VirtualHostListener {
    private static final int PATIENCE_SECONDS = 60;

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void present(VirtualHost host) {
        told.add("present " + host.state());
    }

    @Override
    public void changed(VirtualHost host, Transition transition) {
        told.add(transition.from() + " -> " + transition.to() + " (" + transition.reason() + "), " + host.state());
    }

    /** Expects that it has been told exactly this since the last call. */
    void expect(String... entries) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (told.size() < entries.length && System.nanoTime() - end < 0) {
            Thread.sleep(5);
        }
        assertEquals(List.of(entries), told);
        told.clear();
    }
}
