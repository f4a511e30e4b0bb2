// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of the whole node, {@code etc/carp.engine.cfg}.
 *
 * @param demotion makes every virtual host of this node worth less, -240..240
 * @param linkDownDemotion added while the link of a virtual host is down, 0..240 (FreeBSD: ifdown_demotion_factor)
 * @param sendErrorDemotion added while advertisements cannot be sent, 0..240 (FreeBSD: senderr_demotion_factor)
 * @param bootDemotion added until the container has booted, 0..240
 * @param defaults keys of virtual hosts that hold unless their own cfg says otherwise
 */
public record EngineConfig(
        int demotion, int linkDownDemotion, int sendErrorDemotion, int bootDemotion, Map<String, Object> defaults) {
    public static final int MOST = 240;
    private static final Set<String> OURS = Set.of("demotion", "linkDownDemotion", "sendErrorDemotion", "bootDemotion");
    public static final EngineConfig DEFAULT = new EngineConfig(0, MOST, MOST, MOST, Map.of());

    public static EngineConfig parse(Map<String, ?> file, Path base) throws ConfigurationRefused {
        CfgValues values = new CfgValues(file);
        Map<String, Object> defaults = new HashMap<>();
        for (String key : new TreeSet<>(file.keySet())) {
            if (VirtualHostConfig.KEYS.contains(key)) {
                defaults.put(key, file.get(key));
            } else if (key.equals(VirtualHostConfig.TRANSPORT_TARGET) || key.equals(VirtualHostConfig.BINDER_TARGET)) {
                throw new ConfigurationRefused(
                        key + " cannot be set for the whole node: write it to etc/carp.vhost-<name>.cfg");
            } else if (!isOurs(key) && !VirtualHostConfig.isForTheFramework(key)) {
                throw new ConfigurationRefused("unknown key " + key + ": allowed are demotion, linkDownDemotion,"
                        + " sendErrorDemotion, bootDemotion, and as defaults "
                        + String.join(", ", VirtualHostConfig.KEYS));
            }
        }
        tryOn(defaults, base);
        return new EngineConfig(
                values.integer("demotion", -MOST, MOST, 0),
                values.integer("linkDownDemotion", 0, MOST, MOST),
                values.integer("sendErrorDemotion", 0, MOST, MOST),
                values.integer("bootDemotion", 0, MOST, MOST),
                Map.copyOf(defaults));
    }

    /** A default that is wrong is wrong here, not in each file that inherits it. */
    private static void tryOn(Map<String, Object> defaults, Path base) throws ConfigurationRefused {
        Map<String, Object> example =
                new HashMap<>(Map.of("interface", "eth0", "vhid", "1", "virtualIps", "192.0.2.1"));
        example.putAll(defaults);
        if (!defaults.containsKey("passFile")) {
            example.putIfAbsent("pass", "example");
        }
        VirtualHostConfig.parse("example", example, Map.of(), base).digest().wipe();
    }

    /** Without the defaults: a pass may be among them. */
    @Override
    public String toString() {
        return "demotion=" + demotion + " linkDownDemotion=" + linkDownDemotion + " sendErrorDemotion="
                + sendErrorDemotion + " bootDemotion=" + bootDemotion;
    }

    private static boolean isOurs(String key) {
        return OURS.contains(key);
    }
}
