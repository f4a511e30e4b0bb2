// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;

/**
 * The checked settings of one track.
 *
 * @param thing what is tracked, for a person: {@code tcp 10.0.0.5:5432}
 * @param services what is tracked, if it is a service
 * @param check how to ask, if it is anything else
 * @param hosts the virtual hosts meant; empty for all
 * @param amount how much less they are worth, 1..240, in 1/256 s of advskew
 * @param rise good results in a row that undo it
 * @param fall bad results in a row that do it
 * @param interval nanoseconds from question to question
 * @param timeout nanoseconds after which no answer is a bad one
 */
record TrackConfig(
        String thing,
        @Nullable Filter services,
        @Nullable Check check,
        List<String> hosts,
        int amount,
        int rise,
        int fall,
        long interval,
        long timeout) {

    private static final List<String> THINGS =
            List.of("service", "healthCheck", "interface", "script", "process", "tcp");
    private static final List<String> QUESTIONING = List.of("rise", "fall", "interval", "timeout");
    static final List<String> KEYS = Stream.of(THINGS, List.of("for", "amount"), QUESTIONING)
            .flatMap(List::stream)
            .toList();

    private static final int MOST = 240;
    private static final int MOST_IN_A_ROW = 1000;
    private static final BigDecimal SHORTEST = new BigDecimal("0.1");
    private static final BigDecimal LONGEST = new BigDecimal(3600);

    /** Parses the map of one cfg file: strings, unless the configuration was made by a program. */
    static TrackConfig parse(String name, Map<String, ?> file, BundleContext context) throws ConfigurationRefused {
        refuseUnknown(file);
        List<String> named =
                THINGS.stream().filter(key -> text(file, key) != null).toList();
        if (named.size() != 1) {
            throw new ConfigurationRefused(
                    (named.isEmpty() ? "nothing is tracked here" : String.join(" and ", named) + " in one file")
                            + ": allowed is exactly one of " + String.join(", ", THINGS));
        }
        String key = named.get(0);
        String value = String.valueOf(text(file, key));
        BigDecimal interval = seconds(file, "interval", BigDecimal.ONE);
        BigDecimal timeout = seconds(file, "timeout", interval.max(BigDecimal.ONE));
        return new TrackConfig(
                key + " " + value,
                key.equals("service") ? filter(file, value) : null,
                check(name, key, value, timeout, context),
                hosts(file),
                integer(file, "amount", MOST, MOST),
                integer(file, "rise", MOST_IN_A_ROW, 1),
                integer(file, "fall", MOST_IN_A_ROW, 1),
                nanos(interval),
                nanos(timeout));
    }

    private static @Nullable Check check(
            String name, String key, String value, BigDecimal timeout, BundleContext context)
            throws ConfigurationRefused {
        return switch (key) {
            case "healthCheck" ->
                HealthCheckByTag.of(context, value, (int) TimeUnit.NANOSECONDS.toMillis(nanos(timeout)));
            case "interface" -> InterfaceCheck.of(value);
            case "script" -> ScriptCheck.of(name, value);
            case "process" -> ProcessCheck.of(value);
            case "tcp" -> TcpCheck.of(value);
            default -> null;
        };
    }

    private static Filter filter(Map<String, ?> file, String value) throws ConfigurationRefused {
        for (String key : QUESTIONING) {
            if (text(file, key) != null) {
                throw new ConfigurationRefused(key + " = " + text(file, key)
                        + ": not allowed beside service: nobody asks for a service, the framework says when it comes"
                        + " and goes");
            }
        }
        try {
            return FrameworkUtil.createFilter(value);
        } catch (InvalidSyntaxException e) {
            throw ConfigurationRefused.of(
                    "service", value, "an LDAP filter, such as (objectClass=javax.sql.DataSource)");
        }
    }

    private static List<String> hosts(Map<String, ?> file) throws ConfigurationRefused {
        Object value = file.get("for");
        Stream<?> items = value instanceof Collection<?> collection
                ? collection.stream()
                : value instanceof Object[] array
                        ? Stream.of(array)
                        : text(file, "for") == null
                                ? Stream.empty()
                                : Stream.of(String.valueOf(value).split(",", -1));
        Set<String> hosts = new LinkedHashSet<>();
        for (Object item : items.toList()) {
            String host = String.valueOf(item).strip();
            if (host.isEmpty() || host.matches(".*\\s.*")) {
                throw ConfigurationRefused.of(
                        "for", String.valueOf(text(file, "for")), "names of virtual hosts, separated by commas");
            }
            hosts.add(host);
        }
        return List.copyOf(hosts);
    }

    private static int integer(Map<String, ?> file, String key, int most, int absent) throws ConfigurationRefused {
        String text = text(file, key);
        if (text == null) {
            return absent;
        }
        int value = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        if (value < 1 || value > most) {
            throw ConfigurationRefused.of(key, text, "a whole number 1.." + most);
        }
        return value;
    }

    private static BigDecimal seconds(Map<String, ?> file, String key, BigDecimal absent) throws ConfigurationRefused {
        String text = text(file, key);
        if (text == null) {
            return absent;
        }
        BigDecimal value = text.matches("\\d{1,9}(\\.\\d{1,9})?") ? new BigDecimal(text) : BigDecimal.ZERO;
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw ConfigurationRefused.of(key, text, "seconds, " + SHORTEST + ".." + LONGEST + ", such as 2 or 0.5");
        }
        return value;
    }

    private static long nanos(BigDecimal seconds) {
        return seconds.movePointRight(9).longValue();
    }

    private static @Nullable String text(Map<String, ?> file, String key) {
        Object value = file.get(key);
        String text = value == null ? "" : String.valueOf(value).strip();
        return text.isEmpty() ? null : text;
    }

    private static void refuseUnknown(Map<String, ?> file) throws ConfigurationRefused {
        for (String key : new TreeSet<>(file.keySet())) {
            if (!KEYS.contains(key) && !isForTheFramework(key)) {
                throw new ConfigurationRefused("unknown key " + key + ": allowed are " + String.join(", ", KEYS));
            }
        }
    }

    private static boolean isForTheFramework(String key) {
        return key.startsWith("service.")
                || key.startsWith("component.")
                || key.startsWith("felix.fileinstall.")
                || key.equals("org.apache.karaf.features.configKey")
                || key.equals("osgi.ds.satisfying.condition.target");
    }
}
