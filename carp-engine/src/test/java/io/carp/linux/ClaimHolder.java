// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that holds a claim until it is killed, and answers others that ask. It prints {@code held}, or who holds
 * it.
 */
public final class ClaimHolder {
    private ClaimHolder() {}

    /** @param arguments the name */
    public static void main(String[] arguments) throws Exception {
        var claim = new Claim(arguments[0]);
        var other = claim.take(1000);
        System.out.println(claim.isHeld() ? "held" : String.valueOf(other));
        while (claim.answer()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** The command line that runs it. */
    public static List<String> command(String name, String base) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // Under Surefire java.class.path may be a jar that only names the real one.
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var options = List.of(java, "-XX:TieredStopAtLevel=1", "-Dkaraf.base=" + base, "-cp", classPath);
        return Stream.concat(options.stream(), Stream.of(ClaimHolder.class.getName(), name))
                .toList();
    }
}
