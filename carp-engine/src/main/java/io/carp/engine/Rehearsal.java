// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.host.NodeServices;
import io.carp.host.VirtualHostRunner;
import io.carp.mastership.Consumers;
import io.carp.report.LogAndEvents;
import io.carp.script.Processes;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import io.carp.spi.VirtualIp;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Plays some masterships after the start, without consumers, scripts or packets. Java loads a class and links a lambda when
 * it is used for the first time, and runs slowly what it has not run often; the first promotion must not wait for that when
 * it has advertised already. So a virtual host of real parts becomes MASTER on the loop-back interface several times within
 * a fraction of a second, with an address that is this machine's in any case. Where no address can be bound, the rehearsal
 * ends without it.
 */
@Component(service = {})
public final class Rehearsal implements Consumers {
    private static final Map<String, Object> SETTINGS = Map.of(
            "interface", "lo",
            "vhid", "1",
            "pass", "rehearsal",
            "virtualIps", "192.0.2.1",
            "advbase", "0",
            "advskew", "1");

    /**
     * How many masterships there are. The compiler of the JVM needs some before it takes up the code that each of them
     * runs through often; more than these gain little and cost the start of the container.
     */
    private static final int MASTERSHIPS = 10;

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final byte[] ADDRESS = {127, 112, 0, 1};

    private final Loop loop;
    private final VirtualHostRunner runner;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private int masterships;
    private boolean ending;

    @Activate
    public Rehearsal(
            @Reference Loop loop, @Reference(target = "(" + AddressBinder.NAME + "=netlink)") AddressBinder binder)
            throws ConfigurationRefused, UnknownHostException {
        this(loop, new WorkerPool(said -> {}), binder);
    }

    private Rehearsal(Loop loop, WorkerPool workers, AddressBinder binder)
            throws ConfigurationRefused, UnknownHostException {
        this(loop, (Executor) workers, binder);
        over.thenRun(workers::close);
    }

    /** @param workers runs what may block */
    public Rehearsal(Loop loop, Executor workers, AddressBinder binder)
            throws ConfigurationRefused, UnknownHostException {
        this.loop = loop;
        var silent = new LogAndEvents(said -> {}, event -> {});
        var node = new NodeServices(
                loop, workers, silent, Clock.systemUTC(), new Processes(), (host, on, outage, there) -> {});
        var config = VirtualHostConfig.parse("rehearsal", SETTINGS, Map.of(), Path.of(""));
        // A cfg file may not ask for such an address, so it is put in behind the parser.
        var here = List.of(new VirtualIp(InetAddress.getByAddress(ADDRESS), 32));
        AddressBinder onLoopback = (asked, listener) -> binder.open(
                Addresses.of(asked.name(), asked.networkInterface(), asked.vhid(), here)
                        .withLease(asked.leaseSeconds()),
                listener);
        this.runner = new VirtualHostRunner(node, "rehearsal", new NoLink(loop), onLoopback, this, config, 0);
        loop.execute(() -> {
            runner.open();
            loop.at(loop.nanoTime() + LONGEST_NANOS, this::end);
        });
    }

    private void end() {
        if (!ending) {
            ending = true;
            runner.close().thenRun(() -> over.complete(null));
        }
    }

    /** Completes on the loop when the address has been bound and released again, or could not be had. */
    public CompletableFuture<Void> over() {
        return over;
    }

    @Deactivate
    void close() {
        loop.execute(this::end);
    }

    /** The virtual host is MASTER, its address is bound and announced. */
    @Override
    public void register(VirtualHost host) {
        loop.execute(this::next);
    }

    private void next() {
        masterships++;
        if (masterships >= MASTERSHIPS) {
            end();
        } else if (!ending) {
            runner.stepDown(Reason.USER_REQUEST).thenRun(() -> loop.execute(this::takeOver));
        }
    }

    private void takeOver() {
        if (!ending) {
            runner.takeOver();
        }
    }

    @Override
    public void unregister() {}

    /** A link that is always up and carries nothing. */
    private record NoLink(Loop loop) implements Transport, Transport.Port {
        @Override
        public Port open(Delivery delivery, Listener listener) {
            loop.execute(() -> listener.link(Link.UP, ""));
            return this;
        }

        @Override
        public int send(ByteBuffer packet) {
            return 0;
        }

        @Override
        public void update(Delivery delivery) {}

        @Override
        public void drain() {}

        @Override
        public InetAddress source() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public long badVhid() {
            return 0;
        }

        @Override
        public long badLength() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
