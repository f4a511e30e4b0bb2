// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.is;
import static io.carp.keys.Absent.means;
import static io.carp.keys.Allowed.text;
import static io.carp.keys.Allowed.whole;
import static io.carp.keys.Edit.live;

import io.carp.keys.Allowed.Text;
import io.carp.keys.Allowed.Whole;

/** What is run besides. */
public final class ScriptKeys {
    static final Group GROUP = new Group("Scripts");

    public static final Key<Text> UP = GROUP.key(
            "upScript",
            text("the path of an executable file, best an absolute one, such as `/etc/carp/up`"),
            means("none"),
            "run for each address when MASTER and the address is bound; with the binder `script` it is what"
                    + " binds it",
            live("stays; holds from the next run"));

    public static final Key<Text> DOWN = GROUP.key(
            "downScript",
            text("the path of an executable file, best an absolute one, such as `/etc/carp/down`"),
            means("none"),
            "run for each address when no longer MASTER, and once at the start",
            live("stays; holds from the next run"));

    public static final Key<Text> XPARAM = GROUP.key(
            "xparam",
            text("any text"),
            means("none"),
            "third argument of `upScript` and `downScript`",
            live("stays; holds from the next run"));

    public static final Key<Text> NOTIFY = GROUP.key(
            "notifyScript",
            text("the path of an executable file, best an absolute one, such as `/etc/carp/notify`"),
            means("none"),
            "run for each new state",
            live("stays; holds from the next run"));

    public static final Key<Text> BEFORE = GROUP.key(
            "beforeScript",
            text("the path of an executable file, best an absolute one, such as `/etc/carp/before`"),
            means("none"),
            "run when the promotion is decided and the address not yet bound. If it fails, see" + " `beforeFailure`",
            live("stays; holds from the next promotion"));

    public static final Key<Whole> TIMEOUT = GROUP.key(
            "scriptTimeout",
            whole("seconds", 1, 3600),
            is(10),
            "after that time a script is killed, with all that it started",
            live("stays; holds from the next run"));

    private ScriptKeys() {}
}
