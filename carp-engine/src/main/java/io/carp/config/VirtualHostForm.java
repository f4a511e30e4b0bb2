// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The keys of a virtual host as a form, for web consoles. Nothing reads it here: {@link VirtualHostConfig} checks what
 * was written, from wherever it comes. All values are text, so that a form can leave one out.
 */
@ObjectClassDefinition(
        factoryPid = VirtualHostConfig.PID,
        name = "CARP virtual host",
        description = "A group of nodes that share virtual IPs on one link: etc/carp.vhost-<name>.cfg")
@interface VirtualHostForm {
    @AttributeDefinition(name = "interface", description = "the network interface, such as eth0")
    String interface$() default "";

    @AttributeDefinition(description = "1..255, the same on every node of the group")
    String vhid() default "";

    @AttributeDefinition(
            type = AttributeType.PASSWORD,
            required = false,
            description = "1..20 bytes; or passFile; empty: no secret")
    String pass() default "";

    @AttributeDefinition(required = false, description = "a file that holds nothing but the pass")
    String passFile() default "";

    @AttributeDefinition(description = "addresses, each with /prefix length if wanted, separated by commas")
    String virtualIps() default "";

    @AttributeDefinition(required = false, description = "seconds between advertisements, 0..255")
    String advbase() default "1";

    @AttributeDefinition(required = false, description = "added to advbase, in 1/256 s, 0..254; the lower wins")
    String advskew() default "0";

    @AttributeDefinition(required = false, description = "take over from a slower living master: true or false")
    String preempt() default "false";

    @AttributeDefinition(required = false, description = "how many silent advbase mean that the master is down, 1..255")
    String deadRatio() default "3";

    @AttributeDefinition(
            required = false,
            description = "how a demotion is said: advskew (FreeBSD, ucarp) or header (OpenBSD)")
    String demotionStyle() default "advskew";

    @AttributeDefinition(
            required = false,
            description = "how the addresses are signed: sorted, or configured (FreeBSD up to 9)")
    String digestOrder() default "sorted";

    @AttributeDefinition(
            required = false,
            description = "the lladdr that OpenBSD peers were given by hand; empty usually")
    String digestMac() default "";

    @AttributeDefinition(required = false, description = "the kernel drops the addresses of a dead node: true or false")
    String lease() default "true";

    @AttributeDefinition(required = false, description = "the label of IPv4 addresses, at most 15 characters")
    String label() default "";

    @AttributeDefinition(
            required = false,
            description = "the addresses are at the hardware address 00:00:5e:00:01:vhid: true or false")
    String virtualMac() default "false";

    @AttributeDefinition(required = false, description = "which transport: a filter")
    String transport_target() default "(carp.transport=raw)";

    @AttributeDefinition(required = false, description = "which binder: a filter")
    String binder_target() default "(carp.binder=netlink)";

    @AttributeDefinition(required = false, description = "run for each address when MASTER, as by ucarp: a path")
    String upScript() default "";

    @AttributeDefinition(required = false, description = "run for each address when no longer MASTER: a path")
    String downScript() default "";

    @AttributeDefinition(required = false, description = "the third argument of these two scripts")
    String xparam() default "";

    @AttributeDefinition(required = false, description = "run for each state, as by devd, with 7@eth0 MASTER: a path")
    String notifyScript() default "";

    @AttributeDefinition(required = false, description = "run before the addresses are bound, may refuse: a path")
    String beforeScript() default "";

    @AttributeDefinition(required = false, description = "run no script at the start: true or false")
    String neutral() default "false";

    @AttributeDefinition(required = false, description = "how many announcements in a row, 1..100; usually 2")
    String announceCount() default "";

    @AttributeDefinition(required = false, description = "between two of them, milliseconds, 10..60000; usually 1000")
    String announceInterval() default "";

    @AttributeDefinition(required = false, description = "a master announces again after, seconds; 0 for never")
    String announceRefresh() default "0";

    @AttributeDefinition(required = false, description = "a link that is down is not taken for down: true or false")
    String ignoreLink() default "false";

    @AttributeDefinition(required = false, description = "takes no part for so long after the start, seconds, 0..3600")
    String startupDelay() default "0";

    @AttributeDefinition(
            required = false,
            description = "with preempt: for how long a living slower master is left alone, seconds, 0..3600")
    String preemptDelay() default "0";

    @AttributeDefinition(
            required = false,
            description = "of a master with IPv4 and IPv6: whose silence means that it is down: any, all")
    String familyRule() default "all";

    @AttributeDefinition(required = false, description = "how long consumers may delay this node, seconds, 1..3600")
    String hookTimeout() default "5";

    @AttributeDefinition(required = false, description = "after how long a script is killed, seconds, 1..3600")
    String scriptTimeout() default "10";

    @AttributeDefinition(
            required = false,
            description = "what a failing action before mastership means: stepDown, bind")
    String beforeFailure() default "stepDown";

    @AttributeDefinition(
            required = false,
            description = "how long the digest of before an edit is accepted, seconds, 0..3600")
    String digestOverlap() default "60";

    @AttributeDefinition(
            required = false,
            description = "the IPv4 multicast group the advertisements go to; empty for 224.0.0.18")
    String group() default "";

    @AttributeDefinition(
            required = false,
            description = "the IPv6 multicast group the advertisements go to; empty for ff02::12")
    String group6() default "";

    @AttributeDefinition(
            required = false,
            description = "advertisements go in frames to everybody on the link: true or false")
    String broadcast() default "false";

    @AttributeDefinition(
            required = false,
            description = "advertisements go to these addresses instead of a group, separated by commas")
    String peers() default "";

    @AttributeDefinition(
            required = false,
            description = "the address advertisements leave from, one for each family, separated by commas")
    String source() default "";
}
