// SPDX-License-Identifier: Apache-2.0
package io.carp.script;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.spi.Change;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a script is run for: a change of state of one virtual host.
 *
 * @param name the name of the virtual host
 * @param vhid 1..255
 * @param networkInterface the interface that it is on
 * @param previous the state before
 * @param state the state it is in, or is about to be in
 * @param reason why the state changes
 */
public record ScriptContext(
        String name, int vhid, String networkInterface, CarpState previous, CarpState state, Reason reason)
        implements Change {

    /** {@code 7@eth0}, as devd has it. */
    public String subsystem() {
        return vhid + "@" + networkInterface;
    }

    /** What a script finds in its environment. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("CARP_NAME", name);
        environment.put("CARP_VHID", Integer.toString(vhid));
        environment.put("CARP_INTERFACE", networkInterface);
        environment.put("CARP_STATE", state.name());
        environment.put("CARP_PREVIOUS_STATE", previous.name());
        environment.put("CARP_REASON", reason.toString());
        return environment;
    }
}
