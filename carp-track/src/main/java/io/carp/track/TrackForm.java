// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The keys of a track as a form, for web consoles. Nothing reads it here: {@link TrackConfig} checks what was written,
 * from wherever it comes. All values are text, so that a
 * form can leave one out; what is refused beside a service has no default.
 */
@ObjectClassDefinition(
        name = "CARP track",
        description = "Something this node is worth less without: etc/carp.track-<name>.cfg. Name exactly one thing.")
@interface TrackForm {
    @AttributeDefinition(required = false, description = "a service: an LDAP filter")
    String service() default "";

    @AttributeDefinition(required = false, description = "the Felix health checks with this tag")
    String healthCheck() default "";

    @AttributeDefinition(
            name = "interface",
            required = false,
            description = "a network interface that is to be up and have carrier")
    String interface$() default "";

    @AttributeDefinition(required = false, description = "an absolute path and arguments; exit code 0 is fine")
    String script() default "";

    @AttributeDefinition(required = false, description = "the name of a process, or the absolute path of a pid file")
    String process() default "";

    @AttributeDefinition(required = false, description = "a port that is to accept connections: host:port")
    String tcp() default "";

    @AttributeDefinition(
            name = "for",
            required = false,
            description = "the virtual hosts meant, separated by commas; all if empty")
    String for$() default "";

    @AttributeDefinition(required = false, description = "how much less they are worth, in 1/256 s, 1..240")
    String amount() default "240";

    @AttributeDefinition(required = false, description = "how many good results in a row undo it, 1..1000; 1 if empty")
    String rise() default "";

    @AttributeDefinition(required = false, description = "how many bad results in a row do it, 1..1000; 1 if empty")
    String fall() default "";

    @AttributeDefinition(required = false, description = "seconds from check to check, 0.1..3600; 1 if empty")
    String interval() default "";

    @AttributeDefinition(
            required = false,
            description = "seconds after which a check has failed, 0.1..3600; as interval if empty, but at least 1")
    String timeout() default "";
}
