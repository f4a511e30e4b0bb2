// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.util.ArrayList;
import java.util.List;

/**
 * A container that is not ours, and how CARP comes into it. docs/tested.md has a line for each row of {@link #ALL}, and
 * no other line.
 */
record Row(String product, String version, String how) {
    static final String JDK = Integer.toString(Runtime.version().feature());
    static final String LATEST = "4.4.10";

    private static final String KARAF = "apache-karaf";
    private static final String MINIMAL = "apache-karaf-minimal";
    private static final String INSTALL = "feature:install";

    private static final String KAR = "kar:install";

    static final List<Row> FULL = full();
    static final Row MINIMAL_INSTALLED = new Row(MINIMAL, "4.4.8", INSTALL);

    static final Row NETTY_BUNDLES_FIRST = new Row("apache-karaf, Netty 4.1.100 with native epoll", LATEST, "after it");
    static final Row NETTY_DEPENDENCY_FIRST =
            new Row("apache-karaf, Netty 4.1.100 as a dependency, as Camel has it", LATEST, "after it");
    static final Row NETTY_SECOND = new Row("apache-karaf, Netty 4.1.100 with native epoll", LATEST, "before it");

    static final String CAMEL = "3.22.4";
    private static final String CAMEL_NETTY =
            KARAF + ", Camel " + CAMEL + " with an endpoint netty: and nativeTransport=true";
    static final Row CAMEL_FIRST = new Row(CAMEL_NETTY, LATEST, "after it");
    static final Row CAMEL_SECOND = new Row(CAMEL_NETTY, LATEST, "before it");

    static final Row DEPLOYED = new Row(KARAF, LATEST, "cp carp.kar deploy/");
    static final Row BOOT_FEATURE = new Row(KARAF, LATEST, "featuresBoot");
    static final Row BOOT_FEATURE_MINIMAL = new Row(MINIMAL, "4.4.8", "featuresBoot");
    static final Row REINSTALLED = new Row(KARAF, LATEST, "feature:install and uninstall, 12 times");
    static final Row WEB_CONSOLE = new Row(KARAF + ", http, war, webconsole", LATEST, INSTALL);
    static final String CELLAR_VERSION = "4.2.1";
    static final Row CELLAR = new Row(KARAF + ", Cellar " + CELLAR_VERSION, LATEST, INSTALL);
    static final Row NOBODY = new Row(KARAF + ", user nobody, no home, ambient capabilities", LATEST, INSTALL);
    static final Row ONE_HOST = new Row(KARAF + ", root and child instance on one host", LATEST, INSTALL);
    static final Row TWO_EVENT_ADMINS = new Row(KARAF + ", a second EventAdmin", LATEST, INSTALL);
    static final Row NO_FILE_INSTALL = new Row(KARAF + ", FileInstall stopped", LATEST, INSTALL);
    static final Row READ_ONLY = new Row(KARAF + ", etc/ read-only", LATEST, INSTALL);
    static final Row CONDITION = new Row(KARAF + ", org.osgi.service.condition as a bundle", LATEST, INSTALL);
    static final Row DAMAGED = new Row(KARAF + ", the state of its features damaged", LATEST, INSTALL);
    static final Row TOO_OLD = new Row(KARAF, "4.3.10", INSTALL);

    static final List<Row> ALL = all();

    private static List<Row> full() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i <= 10; i++) {
            rows.add(new Row(KARAF, "4.4." + i, KAR));
        }
        return List.copyOf(rows);
    }

    private static List<Row> all() {
        List<Row> all = new ArrayList<>(FULL);
        all.addAll(List.of(MINIMAL_INSTALLED, DEPLOYED, BOOT_FEATURE, BOOT_FEATURE_MINIMAL, REINSTALLED));
        all.addAll(List.of(NETTY_BUNDLES_FIRST, NETTY_DEPENDENCY_FIRST, NETTY_SECOND, CAMEL_FIRST, CAMEL_SECOND));
        all.addAll(List.of(WEB_CONSOLE, CELLAR, NOBODY, ONE_HOST));
        all.addAll(List.of(TWO_EVENT_ADMINS, NO_FILE_INSTALL, READ_ONLY, CONDITION, DAMAGED, TOO_OLD));
        return List.copyOf(all);
    }

    /**
     * The rows to be tested: those of each build, all of them with the profile {@code matrix}, or those that {@code
     * -Dmatrix.rows=4.4.1,4.4.6} names.
     */
    static List<Row> chosen(List<Row> rows, String... ofEachBuild) {
        String wanted = System.getProperty("matrix.rows", "few");
        List<String> versions = wanted.equals("few") ? List.of(ofEachBuild) : List.of(wanted.split(","));
        return rows.stream()
                .filter(row -> wanted.equals("all") || versions.contains(row.version))
                .toList();
    }

    /** Its archive in target/karafs, named after the product up to the first comma. */
    String archive() {
        return product.split(",")[0] + "-" + version + ".tar.gz";
    }

    /** The beginning of its line on the page, up to what was asserted. */
    String start() {
        return "| " + product + " | " + version + " | " + JDK + " | " + how + " | ";
    }

    @Override
    public String toString() {
        return product + " " + version + ", " + how;
    }
}
