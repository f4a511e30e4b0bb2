// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.keys.Allowed;
import io.carp.keys.CfgFile;
import io.carp.keys.Key;
import io.carp.keys.TrackKeys;
import io.carp.keys.WrittenText;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

    private static final Pattern BLANK = Pattern.compile("\\s");

    /** Those whose value may be the name of a file. */
    private static final Set<Key<?>> NAMING = Set.of(TrackKeys.SCRIPT, TrackKeys.PROCESS);

    /** Parses the map of one cfg file: strings, unless the configuration was made by a program. */
    static TrackConfig parse(String name, Map<String, ?> file, BundleContext context) throws ConfigurationRefused {
        refuseUnknown(file);
        Key<?> key = thing(file);
        String value = String.valueOf(text(file, key));
        String unnameable = WrittenText.unnameable(value);
        if (!unnameable.isEmpty() && NAMING.contains(key)) {
            throw ConfigurationRefused.of(key, value, unnameable);
        }
        BigDecimal interval = seconds(TrackKeys.INTERVAL, present(file, TrackKeys.INTERVAL));
        String limit = text(file, TrackKeys.TIMEOUT);
        BigDecimal timeout = limit == null ? interval.max(BigDecimal.ONE) : seconds(TrackKeys.TIMEOUT, limit);
        return new TrackConfig(
                key + " " + value,
                key.equals(TrackKeys.SERVICE) ? filter(file, value) : null,
                check(name, key, value, timeout, context),
                hosts(file),
                whole(file, TrackKeys.AMOUNT),
                whole(file, TrackKeys.RISE),
                whole(file, TrackKeys.FALL),
                nanos(interval),
                nanos(timeout));
    }

    private static Key<?> thing(Map<String, ?> file) throws ConfigurationRefused {
        List<Key<?>> named = TrackKeys.THINGS.keys().stream()
                .filter(key -> text(file, key) != null)
                .toList();
        if (named.size() != 1) {
            throw new ConfigurationRefused(
                    (named.isEmpty() ? "nothing is tracked here" : listed(" and ", named) + " in one file")
                            + ": allowed is exactly one of " + listed(", ", TrackKeys.THINGS.keys()));
        }
        return named.get(0);
    }

    private static String listed(String between, List<Key<?>> keys) {
        return keys.stream().map(Key::name).collect(Collectors.joining(between));
    }

    private static @Nullable Check check(
            String name, Key<?> key, String value, BigDecimal timeout, BundleContext context)
            throws ConfigurationRefused {
        return switch (key.name()) {
            case "healthCheck" ->
                HealthCheckByTag.of(context, value, (int) TimeUnit.NANOSECONDS.toMillis(nanos(timeout)));
            case "interface" -> InterfaceCheck.of(value);
            case "script" -> ScriptCheck.of(name, value);
            case "process" -> ProcessCheck.of(value);
            case "tcp" -> TcpCheck.of(value);
            case "service" -> null;
            default -> throw new IllegalStateException(key + " is no check of anything");
        };
    }

    private static Filter filter(Map<String, ?> file, String value) throws ConfigurationRefused {
        for (Key<?> key : TrackKeys.ASKING.keys()) {
            if (text(file, key) != null) {
                throw new ConfigurationRefused(key + " = " + text(file, key)
                        + ": not allowed beside service: nobody asks for a service, the framework says when it comes"
                        + " and goes");
            }
        }
        try {
            return FrameworkUtil.createFilter(value);
        } catch (InvalidSyntaxException e) {
            throw ConfigurationRefused.of(TrackKeys.SERVICE, value);
        }
    }

    private static List<String> hosts(Map<String, ?> file) throws ConfigurationRefused {
        Object value = file.get(TrackKeys.FOR.name());
        Stream<?> items = value instanceof Collection<?> collection
                ? collection.stream()
                : value instanceof Object[] array
                        ? Stream.of(array)
                        : text(file, TrackKeys.FOR) == null
                                ? Stream.empty()
                                : Stream.of(String.valueOf(text(file, TrackKeys.FOR))
                                        .split(",", -1));
        Set<String> hosts = new LinkedHashSet<>();
        for (Object item : items.toList()) {
            String host = String.valueOf(item).strip();
            if (host.isEmpty() || BLANK.matcher(host).find()) {
                throw ConfigurationRefused.of(TrackKeys.FOR, String.valueOf(text(file, TrackKeys.FOR)));
            }
            hosts.add(host);
        }
        return List.copyOf(hosts);
    }

    private static int whole(Map<String, ?> file, Key<Allowed.Whole> key) throws ConfigurationRefused {
        String text = present(file, key);
        int value = text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
        if (value < key.allowed().least() || value > key.allowed().most()) {
            throw ConfigurationRefused.of(key, text);
        }
        return value;
    }

    private static BigDecimal seconds(Key<Allowed.Decimal> key, String text) throws ConfigurationRefused {
        BigDecimal value = text.matches("\\d{1,9}(\\.\\d{1,9})?") ? new BigDecimal(text) : BigDecimal.ZERO;
        if (value.compareTo(key.allowed().least()) < 0
                || value.compareTo(key.allowed().most()) > 0) {
            throw ConfigurationRefused.of(key, text);
        }
        return value;
    }

    private static long nanos(BigDecimal seconds) {
        return seconds.movePointRight(9).longValue();
    }

    private static String present(Map<String, ?> file, Key<?> key) {
        String text = text(file, key);
        return text == null ? key.absent().value() : text;
    }

    private static @Nullable String text(Map<String, ?> file, Key<?> key) {
        Object value = file.get(key.name());
        String text =
                value == null ? "" : WrittenText.meant(String.valueOf(value)).strip();
        return text.isEmpty() ? null : text;
    }

    private static void refuseUnknown(Map<String, ?> file) throws ConfigurationRefused {
        for (String key : new TreeSet<>(file.keySet())) {
            if (CfgFile.TRACK.key(key).isEmpty() && !isForTheFramework(key)) {
                throw new ConfigurationRefused(
                        "unknown key " + key + ": allowed are " + String.join(", ", CfgFile.TRACK.names()));
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
