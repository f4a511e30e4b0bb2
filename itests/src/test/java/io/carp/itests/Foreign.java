// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the tests in other people's containers share: the virtual host, and what must not be left behind. */
final class Foreign {
    private static final Pattern THREAD = Pattern.compile("^\"([^\"]*)\"", Pattern.MULTILINE);
    private static final Pattern OURS =
            Pattern.compile("carp-.*|JNA Cleaner.*|globalEventExecutor.*|.*[eE]ventLoopGroup.*");

    private Foreign() {}

    static Map<String, Object> webSettings(int advskew) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("interface", "eth0");
        settings.put("vhid", 7);
        settings.put("pass", "somebody else's");
        settings.put("virtualIps", "10.77.0.100");
        settings.put("advskew", advskew);
        return settings;
    }

    /** The lines of etc/carp.vhost-web.cfg. */
    static String[] web(int advskew) {
        return webSettings(advskew).entrySet().stream()
                .map(setting -> setting.getKey() + " = " + setting.getValue())
                .toArray(String[]::new);
    }

    /**
     * Whether that file of a container is one that CARP writes and leaves behind, since somebody may have edited it.
     */
    static boolean writes(String file) {
        return file.startsWith("etc/carp.") || file.equals("etc/org.apache.karaf.command.acl.carp.cfg");
    }

    /** Whether the deed was done to the bundle of that location, such as mvn:group/artifact/version. */
    static boolean names(String location, String deed) {
        String[] parts = location.replaceFirst(".*:", "").split("/");
        return deed.contains(" " + parts[1] + "/");
    }

    /**
     * Waits until our threads have ended, the idle ones within their time, and that of JNA half a minute after its
     * memory is free.
     */
    static void awaitNoThread(ForeignKaraf karaf) throws Exception {
        TreeSet<String> left = new TreeSet<>();
        try {
            Lab.await("no thread of ours", Duration.ofSeconds(90), () -> {
                left.clear();
                Lab.run(jcmd(), Long.toString(karaf.pid()), "GC.run");
                Matcher thread = THREAD.matcher(Lab.run(jcmd(), Long.toString(karaf.pid()), "Thread.print"));
                while (thread.find()) {
                    if (OURS.matcher(thread.group(1)).matches()) {
                        left.add(thread.group(1));
                    }
                }
                return left.isEmpty();
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ", but " + left, e);
        }
    }

    static String jcmd() {
        return Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    }
}
