// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.consumers.EventContent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.service.event.Event;

/**
 * Hands each event to the subscribers. Without a subscriber no event is made, so the event types need not be on the
 * class path.
 */
final class Events {
    private final InOrder order;
    private final List<Consumer<Event>> subscribers = new CopyOnWriteArrayList<>();

    Events(InOrder order) {
        this.order = order;
    }

    void subscribe(Consumer<Event> subscriber) {
        subscribers.add(subscriber);
    }

    /** Posts the event after what is under way. */
    void post(Supplier<EventContent> content) {
        if (subscribers.isEmpty()) {
            return;
        }
        EventContent now = content.get();
        for (Consumer<Event> subscriber : subscribers) {
            order.execute(() -> subscriber.accept(new Event(now.topic(), now.properties())));
        }
    }
}
