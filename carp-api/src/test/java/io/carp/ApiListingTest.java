// SPDX-License-Identifier: Apache-2.0
package io.carp;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares what this bundle exports with the committed {@code api.txt}, so that no change of the contract happens
 * unseen. {@code mvn -pl carp-api test -Drewrite} writes the file anew; its diff belongs into the same commit, and so
 * does the new version in package-info.java (minor: added; major: changed or removed).
 */
class ApiListingTest {
    private static final Path CLASSES = Path.of("target/classes");
    private static final Path LISTING = Path.of("api.txt");
    private static final Pattern EXPORT = Pattern.compile("([\\w.]+);version=\"([\\d.]+)\"");

    @Test
    void theExportedTypesAreThoseOfTheListing() throws Exception {
        String now = listing();
        if (System.getProperty("rewrite") != null) {
            Files.writeString(LISTING, now);
        }
        String committed = Files.exists(LISTING) ? Files.readString(LISTING) : "";
        assertEquals(
                committed,
                now,
                "The exported API is not the one in carp-api/api.txt. If that is meant: raise the package's @Version,"
                        + " run 'mvn -pl carp-api test -Drewrite' and commit api.txt.");
    }

    private static String listing() throws Exception {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> exported : exportedPackages().entrySet()) {
            text.append("package ").append(exported.getKey());
            text.append(" version ").append(exported.getValue()).append('\n');
            for (Class<?> type : typesOf(exported.getKey())) {
                text.append('\n').append(headOf(type)).append('\n');
                membersOf(type)
                        .forEach(member -> text.append("    ").append(member).append('\n'));
            }
            text.append('\n');
        }
        return text.toString().stripTrailing() + "\n";
    }

    private static Map<String, String> exportedPackages() throws IOException {
        Map<String, String> packages = new TreeMap<>();
        try (InputStream in = Files.newInputStream(CLASSES.resolve("META-INF/MANIFEST.MF"))) {
            // Each uses:="…" clause names packages, too, but none of them is followed by a version.
            Matcher export = EXPORT.matcher(new Manifest(in).getMainAttributes().getValue("Export-Package"));
            while (export.find()) {
                packages.put(export.group(1), export.group(2));
            }
        }
        assertTrue(packages.containsKey("io.carp"), "exports " + packages);
        return packages;
    }

    private static List<Class<?>> typesOf(String exported) throws Exception {
        List<String> names;
        try (Stream<Path> files = Files.list(CLASSES.resolve(exported.replace('.', '/')))) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .map(name -> exported + '.' + name.substring(0, name.length() - ".class".length()))
                    .sorted()
                    .toList();
        }
        List<Class<?>> types = new ArrayList<>();
        for (String name : names) {
            Class<?> type = Class.forName(name, false, ApiListingTest.class.getClassLoader());
            if (visible(type.getModifiers()) && !type.isAnonymousClass()) {
                types.add(type);
            }
        }
        return types;
    }

    private static String headOf(Class<?> type) {
        String supers = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .map(Type::getTypeName)
                .filter(name -> !name.equals("java.lang.Object"))
                .sorted()
                .collect(joining(", "));
        return type.toGenericString() + (supers.isEmpty() ? "" : " : " + supers);
    }

    private static List<String> membersOf(Class<?> type) {
        return Stream.of(
                        Arrays.stream(type.getDeclaredFields()),
                        Arrays.stream(type.getDeclaredConstructors()),
                        Arrays.stream(type.getDeclaredMethods()))
                .flatMap(members -> members)
                .filter(member -> visible(((Member) member).getModifiers()) && !((Member) member).isSynthetic())
                .map(ApiListingTest::describe)
                .sorted()
                .toList();
    }

    private static String describe(Member member) {
        String owner = member.getDeclaringClass().getName() + ".";
        if (member instanceof Field field) {
            return field.toGenericString().replace(owner, "") + constant(field);
        }
        String text = ((Executable) member).toGenericString();
        return member instanceof Method ? text.replace(owner, "") : text;
    }

    /** The value of a constant is part of the contract: compilers copy it into the classes of others. */
    private static String constant(Field field) {
        boolean copied = Modifier.isStatic(field.getModifiers())
                && Modifier.isFinal(field.getModifiers())
                && (field.getType().isPrimitive() || field.getType() == String.class);
        try {
            return copied ? " = " + field.get(null) : "";
        } catch (IllegalAccessException e) {
            return " = (not accessible)";
        }
    }

    private static boolean visible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }
}
