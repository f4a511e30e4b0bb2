// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.is;
import static io.carp.keys.Absent.means;
import static io.carp.keys.Absent.unwritten;
import static io.carp.keys.Allowed.text;
import static io.carp.keys.Allowed.whole;
import static io.carp.keys.Edit.live;

import io.carp.keys.Allowed.Decimal;
import io.carp.keys.Allowed.Text;
import io.carp.keys.Allowed.Whole;
import java.math.BigDecimal;

/** What this node is worth less without. */
public final class TrackKeys {
    /** Each a thing to be tracked; a file names exactly one. */
    public static final Group THINGS = new Group("One thing");

    static final Group WORTH = new Group("What it is worth");

    /** How those things are asked that do not tell by themselves: all but services. */
    public static final Group ASKING = new Group("How it is asked");

    private static final Absent ONE_OF_ALL = means("");
    private static final Edit ASKED = live("asked at once");
    private static final Decimal SECONDS = new Decimal("seconds", new BigDecimal("0.1"), new BigDecimal(3600));

    public static final Key<Text> SERVICE = THINGS.key(
            "service",
            text("an LDAP filter, such as `(objectClass=javax.sql.DataSource)`"),
            ONE_OF_ALL,
            "services to be there, at least one",
            live("known at once"));

    public static final Key<Text> HEALTH_CHECK = THINGS.key(
            "healthCheck",
            text("one tag of health checks, without blanks"),
            ONE_OF_ALL,
            "Felix health checks to be OK or WARN",
            ASKED);

    public static final Key<Text> INTERFACE = THINGS.key(
            "interface",
            text("the name of a network interface, 1..15 characters, such as `eth1`"),
            ONE_OF_ALL,
            "a network interface to be up and have carrier",
            ASKED);

    public static final Key<Text> SCRIPT = THINGS.key(
            "script",
            text("an absolute path, and arguments without blanks in them"),
            ONE_OF_ALL,
            "a program to end with exit code 0",
            ASKED);

    public static final Key<Text> PROCESS = THINGS.key(
            "process",
            text("the name of a process, such as `nginx`, or the absolute path of a pid file"),
            ONE_OF_ALL,
            "a process to run",
            ASKED);

    public static final Key<Text> TCP = THINGS.key(
            "tcp",
            text("host:port, with a port 1..65535, such as `10.0.0.5:5432`, `[fd00::5]:5432` or `db:5432`"),
            ONE_OF_ALL,
            "a port to accept connections. A name is looked up for each check, with Java's cache of 30 s; its first"
                    + " address counts",
            ASKED);

    public static final Key<Text> FOR = WORTH.key(
            "for",
            text("names of virtual hosts, separated by commas"),
            means("all of this node"),
            "the virtual hosts meant, by name",
            live("at once"));

    public static final Key<Whole> AMOUNT = WORTH.key(
            "amount",
            whole("1/256 s", 1, 240),
            is(240),
            "how much less the virtual hosts are worth while it is missing",
            live("at once"));

    public static final Key<Whole> RISE = ASKING.key(
            "rise",
            whole(1, 1000),
            unwritten("1"),
            "how many good results in a row undo the demotion",
            live("counts anew"));

    public static final Key<Whole> FALL = ASKING.key(
            "fall", whole(1, 1000), unwritten("1"), "how many bad results in a row demote", live("counts anew"));

    public static final Key<Decimal> INTERVAL = ASKING.key(
            "interval",
            SECONDS,
            unwritten("1"),
            "time from check to check. A check that takes longer is asked again when it is done",
            live("at once"));

    public static final Key<Decimal> TIMEOUT = ASKING.key(
            "timeout",
            SECONDS,
            means("as `interval`, but at least 1"),
            "after that time a check has failed, and is interrupted",
            live("at once"));

    private TrackKeys() {}
}
