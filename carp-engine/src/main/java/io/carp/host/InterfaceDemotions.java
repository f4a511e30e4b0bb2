// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.config.EngineConfig;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the virtual hosts tell of their interfaces, as demotions of the whole node (FreeBSD: ifdown_demotion_factor,
 * senderr_demotion_factor): one for each interface and kind, however many virtual hosts it concerns. Loop thread only.
 */
public final class InterfaceDemotions {
    /** What can be wrong with an interface. */
    public enum Outage {
        LINK_DOWN("%s down", "%s up"),
        SEND_ERRORS("send errors on %s", "%s sends again");

        private final String there;
        private final String over;

        Outage(String there, String over) {
            this.there = there;
            this.over = over;
        }
    }

    /** Who demotes the node. Must not block: it is told on the loop. */
    public interface Demoter {
        /** @param amount 0 if it is over */
        void demote(String key, int amount, String reason);
    }

    private final Demoter demoter;
    /** By the names of the interfaces: whoever says so. */
    private final Map<Outage, Map<String, Set<Object>>> concerned = new EnumMap<>(Outage.class);

    private final Map<Outage, Integer> amounts = new EnumMap<>(Outage.class);

    public InterfaceDemotions(Demoter demoter) {
        this.demoter = demoter;
        for (Outage outage : Outage.values()) {
            concerned.put(outage, new HashMap<>());
        }
        configure(EngineConfig.DEFAULT);
    }

    /** An edit counts at once. */
    public void configure(EngineConfig config) {
        amounts.put(Outage.LINK_DOWN, config.linkDownDemotion());
        amounts.put(Outage.SEND_ERRORS, config.sendErrorDemotion());
        concerned.forEach((outage, interfaces) -> interfaces.keySet().forEach(name -> demote(outage, name, true)));
    }

    /**
     * A virtual host says whether its interface has an outage. Only the first and the last of an interface count.
     *
     * @param host who says so
     */
    public void tell(Object host, String networkInterface, Outage outage, boolean there) {
        Map<String, Set<Object>> interfaces = concerned.getOrDefault(outage, Map.of());
        Set<Object> hosts = interfaces.get(networkInterface);
        if (there && hosts == null) {
            interfaces.put(networkInterface, new HashSet<>(Set.of(host)));
            demote(outage, networkInterface, true);
        } else if (hosts != null && there) {
            hosts.add(host);
        } else if (hosts != null && hosts.remove(host) && hosts.isEmpty()) {
            interfaces.remove(networkInterface);
            demote(outage, networkInterface, false);
        }
    }

    private void demote(Outage outage, String networkInterface, boolean there) {
        demoter.demote(
                outage + " " + networkInterface,
                there ? amounts.getOrDefault(outage, 0) : 0,
                String.format(Locale.ROOT, there ? outage.there : outage.over, networkInterface));
    }
}
