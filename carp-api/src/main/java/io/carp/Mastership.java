// SPDX-License-Identifier: Apache-2.0
package io.carp;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service that exists only while this node is the master. It is registered once the virtual IPs are bound. It is
 * unregistered <em>before</em> they are released if we give them up, and right <em>after</em> that if we lost them.
 *
 * <pre>{@code
 * @Component
 * public class Billing {
 *     @Activate
 *     public Billing(@Reference(target = "(carp.name=web)") Mastership master) {
 *         // lives on the master only
 *     }
 * }
 * }</pre>
 *
 * <p>The same object is registered as {@code org.osgi.service.condition.Condition} with the {@code osgi.condition.id}
 * {@code carp.<name>.master}, for components that have never heard of CARP.
 *
 * <p>In CARP a short overlap of two masters is possible (a partition, a frozen machine), so this is not a lock. {@link
 * #GENERATION} grows with each mastership, so a store of data can refuse what comes from one that is over.
 *
 * <p>This interface will never have members, so tests may write {@code new Mastership() {}}.
 */
@ConsumerType
public interface Mastership {
    /** Service property: the name of the virtual host (String). */
    String NAME = "carp.name";

    /** Service property: the vhid of the virtual host (Integer, 1..255). */
    String VHID = "carp.vhid";

    /** Service property: the network interface of the virtual host (String). */
    String INTERFACE = "carp.interface";

    /** Service property: the number of this mastership (Long), see {@link VirtualHost#generation()}. */
    String GENERATION = "carp.generation";

    /** Service property of the condition (String, {@code carp.<name>.master}). */
    String CONDITION_ID = "osgi.condition.id";
}
