// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.AddressKeys;
import io.carp.keys.CfgFile;
import io.carp.keys.EngineKeys;
import io.carp.keys.LinkKeys;
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
 * @param realtimePriority of the thread that advertises, 0..49; 0 is none
 * @param isPriorityWritten whether somebody wants to know should it be refused
 * @param defaults keys of virtual hosts that hold unless their own cfg says otherwise
 */
public record EngineConfig(
        int demotion,
        int linkDownDemotion,
        int sendErrorDemotion,
        int bootDemotion,
        int realtimePriority,
        boolean isPriorityWritten,
        Map<String, Object> defaults) {
    public static final EngineConfig DEFAULT =
            new EngineConfig(0, EngineKeys.MOST, EngineKeys.MOST, EngineKeys.MOST, 1, false, Map.of());

    private static final Set<String> PLUG_INS = Set.of(LinkKeys.TRANSPORT.name(), AddressKeys.BINDER.name());

    public static EngineConfig parse(Map<String, ?> file, Path base) throws ConfigurationRefused {
        CfgValues values = new CfgValues(file);
        Map<String, Object> defaults = new HashMap<>();
        for (String key : new TreeSet<>(file.keySet())) {
            if (PLUG_INS.contains(key)) {
                throw new ConfigurationRefused(
                        key + " cannot be set for the whole node: write it to etc/carp.vhost-<name>.cfg");
            } else if (CfgFile.VIRTUAL_HOST.key(key).isPresent()) {
                defaults.put(key, file.get(key));
            } else if (CfgFile.ENGINE.key(key).isEmpty() && !VirtualHostConfig.isForTheFramework(key)) {
                throw new ConfigurationRefused(unknown(key));
            }
        }
        tryOn(defaults, base);
        return new EngineConfig(
                values.whole(EngineKeys.DEMOTION),
                values.whole(EngineKeys.LINK_DOWN),
                values.whole(EngineKeys.SEND_ERROR),
                values.whole(EngineKeys.BOOT),
                values.whole(EngineKeys.REALTIME),
                values.text(EngineKeys.REALTIME) != null,
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
        if (!defaults.containsKey("sealKeyFile")) {
            example.putIfAbsent("sealKey", "0123456789abcdef");
        }
        VirtualHostConfig.parse("example", example, Map.of(), base).digest().wipe();
    }

    /** Without the defaults: a pass may be among them. */
    @Override
    public String toString() {
        return "demotion=" + demotion + " linkDownDemotion=" + linkDownDemotion + " sendErrorDemotion="
                + sendErrorDemotion + " bootDemotion=" + bootDemotion + " realtimePriority=" + realtimePriority;
    }

    private static String unknown(String key) {
        Set<String> own = CfgFile.ENGINE.names();
        Set<String> inherited = new TreeSet<>(CfgFile.VIRTUAL_HOST.names());
        inherited.removeAll(PLUG_INS);
        Set<String> all = new TreeSet<>(own);
        all.addAll(inherited);
        String hint = Spelling.hint(key, all);
        return "unknown key " + key + (hint.isEmpty() ? ": allowed are " : hint + " Allowed are ")
                + String.join(", ", own) + ", and as defaults " + String.join(", ", inherited);
    }
}
