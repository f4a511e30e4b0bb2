// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.Demotion;
import io.carp.config.EngineConfig;
import io.carp.consumers.MastershipServices;
import io.carp.consumers.VirtualHostView.DemotionView;
import io.carp.host.InterfaceDemotions;
import io.carp.host.InterfaceDemotions.Outage;
import io.carp.host.VirtualHostRunner;
import io.carp.keys.EngineKeys;
import io.carp.report.LogAndEvents;
import io.carp.spi.Loop;
import java.time.Clock;
import java.util.concurrent.Executor;
import org.osgi.framework.ServiceReference;

/**
 * All that makes this node worth less: services of bundles, outages of interfaces, the boot, the settings. Tells the
 * virtual hosts, the log and the events of each change. Any thread may call.
 */
final class NodeDemotions {
    private static final String OWNER = "carp";
    private static final String CONFIGURED = "configured";
    private static final String BOOT = "boot";

    private final Loop loop;
    private final HostList hosts;
    private final LogAndEvents notices;
    private final Clock wallClock;
    private final Demotions demotions = new Demotions();
    private final Lane outages;
    private final InterfaceDemotions interfaces = new InterfaceDemotions(this::demoteLater);

    NodeDemotions(Loop loop, Executor workers, HostList hosts, LogAndEvents notices, Clock wallClock) {
        this.loop = loop;
        this.hosts = hosts;
        this.notices = notices;
        this.wallClock = wallClock;
        this.outages = new Lane(loop, workers, notices::error);
    }

    void configure(EngineConfig config, boolean awaitsBoot) {
        demote(CONFIGURED, config.demotion(), "configured in etc/carp.engine.cfg");
        if (awaitsBoot) {
            booting(config.bootDemotion());
        }
        loop.execute(() -> interfaces.configure(config));
    }

    /** @param amount 0 when the container has booted */
    void booting(int amount) {
        demote(BOOT, amount, amount > 0 ? "container is booting" : "container has booted");
    }

    /** Takes note that an outage of a virtual host's interface has begun or is over. It does not block. */
    void outage(Object host, String networkInterface, Outage outage, boolean there) {
        interfaces.tell(host, networkInterface, outage, there);
    }

    void add(ServiceReference<Demotion> reference) {
        Object amount = reference.getProperty(Demotion.AMOUNT);
        String owner = MastershipServices.owner(reference);
        if (!(amount instanceof Integer value) || value < 1 || value > EngineKeys.MOST) {
            notices.error("carp: a Demotion of " + owner + " is ignored: " + Demotion.AMOUNT + " = " + amount
                    + ": allowed is an Integer 1.." + EngineKeys.MOST);
            remove(reference);
            return;
        }
        Object given = reference.getProperty(Demotion.REASON);
        String reason = given == null ? owner : String.valueOf(given);
        change(
                () -> demotions.set(
                        reference, new DemotionView(value, reason, owner), reference.getProperty(Demotion.NAME)),
                reason);
    }

    void remove(ServiceReference<Demotion> reference) {
        change(() -> demotions.remove(reference), "no longer: " + reference.getProperty(Demotion.REASON));
    }

    /** The sum of the demotions that mean every virtual host. */
    int ofNode() {
        return demotions.ofNode();
    }

    private void demote(String key, int amount, String reason) {
        change(() -> demotions.set(key, new DemotionView(amount, reason, OWNER), null), reason);
    }

    /** The same for the loop, which must not wait for a thread that changes a demotion right now. */
    private void demoteLater(String key, int amount, String reason) {
        outages.execute(() -> demote(key, amount, reason));
    }

    private synchronized void change(Runnable change, String reason) {
        int before = demotions.ofNode();
        change.run();
        int after = demotions.ofNode();
        if (before != after) {
            notices.demoted(before, after, reason, wallClock.instant());
        }
        hosts.all().forEach(this::tell);
    }

    /** Tells a virtual host the demotions that mean it, after each change and when it starts. */
    synchronized void tell(VirtualHostComponent host) {
        VirtualHostRunner runner = host.runner();
        if (runner != null) {
            var sources = demotions.of(host.name());
            int total = sources.stream().mapToInt(source -> source.amount()).sum();
            loop.execute(() -> runner.demotions(total, sources));
        }
    }
}
