// SPDX-License-Identifier: Apache-2.0
package io.carp.script;

import io.carp.spi.VirtualIp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of one script.
 *
 * @param host the name of the virtual host, for the log
 * @param purpose what it is run for, for the log: {@code notifyScript}; empty if that needs no word
 * @param command the absolute path of the script and its arguments
 * @param environment what it finds in its environment in addition to the little that it inherits; never the secret
 * @param timeoutMillis after how many milliseconds it is killed
 */
public record ScriptCall(
        String host, String purpose, List<String> command, Map<String, String> environment, long timeoutMillis) {
    public ScriptCall {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** The call for one address, as ucarp makes it: {@code <script> <interface> <address> [xparam]}. */
    public static ScriptCall ofAddress(
            String script, ScriptContext occasion, VirtualIp ip, @Nullable String xparam, long timeoutMillis) {
        List<String> command = new ArrayList<>();
        command.add(absolute(script));
        command.add(occasion.networkInterface());
        command.add(ip.address().getHostAddress());
        if (xparam != null) {
            command.add(xparam);
        }
        Map<String, String> environment = occasion.environment();
        environment.put("CARP_PREFIX_LENGTH", Integer.toString(ip.prefixLength()));
        return new ScriptCall(occasion.name(), "", command, environment, timeoutMillis);
    }

    /** The call for a state, as devd makes it with {@code $subsystem $type}: {@code <script> 7@eth0 MASTER}. */
    public static ScriptCall ofState(String script, ScriptContext occasion, long timeoutMillis) {
        List<String> command =
                List.of(absolute(script), occasion.subsystem(), occasion.state().name());
        return new ScriptCall(occasion.name(), "", command, occasion.environment(), timeoutMillis);
    }

    /** The same, run for this. */
    public ScriptCall as(String key) {
        return new ScriptCall(host, key, command, environment, timeoutMillis);
    }

    private static String absolute(String script) {
        return Path.of(script).toAbsolutePath().toString();
    }

    /** What the log says: two scripts may be one file, called alike. */
    String inWords() {
        return purpose.isEmpty() ? toString() : purpose + " " + this;
    }

    /** The command line, for a person. */
    @Override
    public String toString() {
        return String.join(" ", command);
    }
}
