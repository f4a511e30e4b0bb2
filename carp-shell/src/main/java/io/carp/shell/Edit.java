// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.VirtualHost;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.karaf.shell.support.CommandException;

/**
 * What {@code carp:set} was asked to change, in the order of the command line.
 *
 * @param values the keys to be set, with the values that the engine is to get
 * @param removed the keys to be taken out
 */
record Edit(Map<String, String> values, Set<String> removed) {
    private static final Pattern KEY = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*");

    /** The settings that a virtual host shows, by which one can see that an edit has arrived. */
    private static final Set<String> VISIBLE =
            Set.of("interface", "vhid", "virtualIps", "advbase", "advskew", "preempt");

    static Edit of(List<String> assignments, List<String> removals) throws CommandException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String assignment : assignments) {
            if (assignment.startsWith("-")) {
                throw new CommandException("options such as " + assignment + " come before the name");
            }
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new CommandException(
                        "a setting is written key=value, without blanks; the equals sign is missing");
            }
            String key = checked(assignment.substring(0, equals));
            String value = assignment.substring(equals + 1);
            if (value.isEmpty()) {
                throw new CommandException(key + "= has no value; to take the key out, write --unset " + key);
            }
            if (values.put(key, value) != null) {
                throw new CommandException(key + " is given twice");
            }
        }
        Set<String> removed = new LinkedHashSet<>();
        for (String key : removals) {
            if (values.containsKey(checked(key))) {
                throw new CommandException(key + " is both given a value and taken out");
            }
            removed.add(key);
        }
        if (values.isEmpty() && removed.isEmpty()) {
            throw new CommandException("nothing to change: give key=value or --unset key");
        }
        return new Edit(values, removed);
    }

    void apply(CfgText text) throws CommandException {
        for (String key : removed) {
            if (!text.has(key)) {
                throw new CommandException("--unset " + key + ": there is no such key in the file; there are: "
                        + String.join(", ", text.keys()));
            }
        }
        for (Map.Entry<String, String> setting : values.entrySet()) {
            try {
                text.set(setting.getKey(), CfgValue.written(setting.getValue()));
            } catch (IllegalArgumentException e) {
                throw new CommandException(setting.getKey() + ": " + e.getMessage(), e);
            }
        }
        removed.forEach(text::unset);
    }

    /**
     * Whether everything that was asked for shows in the virtual host. This is never so if the edit concerns a setting
     * that a virtual host keeps to itself.
     */
    boolean showsIn(VirtualHost host) {
        return removed.isEmpty()
                && VISIBLE.containsAll(values.keySet())
                && values.entrySet().stream()
                        .allMatch(setting ->
                                shows(setting.getKey(), setting.getValue().strip(), host));
    }

    private static boolean shows(String key, String value, VirtualHost host) {
        return switch (key) {
            case "interface" -> value.equals(host.networkInterface());
            case "vhid" -> value.equals(String.valueOf(host.vhid()));
            case "advbase" -> value.equals(String.valueOf(host.advbase()));
            case "advskew" -> value.equals(String.valueOf(host.advskew()));
            case "preempt" -> value.equals(String.valueOf(host.preempt()));
            default -> new HashSet<>(Arrays.asList(value.split("\\s*,\\s*"))).equals(new HashSet<>(host.virtualIps()));
        };
    }

    private static String checked(String key) throws CommandException {
        if (!KEY.matcher(key).matches()) {
            throw new CommandException("a key consists of letters, digits, dots, _ and -; not \"" + key + "\"");
        }
        return key;
    }
}
