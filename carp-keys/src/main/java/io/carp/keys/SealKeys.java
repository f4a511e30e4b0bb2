// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.is;
import static io.carp.keys.Absent.means;
import static io.carp.keys.Allowed.text;
import static io.carp.keys.Allowed.whole;
import static io.carp.keys.Allowed.words;
import static io.carp.keys.Edit.live;

import io.carp.keys.Allowed.Text;
import io.carp.keys.Allowed.Whole;
import io.carp.keys.Allowed.Words;

/** What protects advertisements from those who forge them or send them again. */
public final class SealKeys {
    static final Group GROUP = new Group("Seal");

    public static final Key<Words> SEAL = GROUP.key(
            "seal",
            words("off", "send", "require"),
            is("off"),
            "what becomes of seals, see [seal.md](seal.md). `off`: none is made, none is looked at. `send`: our"
                    + " advertisements have one, those of others are heard with or without. `require`: others are not"
                    + " heard without one. `require` only when every node of the group has `send`",
            live("stays. As an edit of `pass`: see `digestOverlap`"));

    public static final Key<Text> SEAL_KEY = GROUP.key(
            "sealKey",
            text("`id:key`, or several of them separated by commas: id 0..255, key 16..64 printable characters of"
                    + " ASCII without blanks and commas. `id:` may be left out where there is one key"),
            means("with `seal = send` or `require`, one of `sealKey` and `sealKeyFile` is required"),
            "the keys whose seals are right, the same on every node. They are secrets, and others than `pass`",
            live("stays. Changes the seal: see `digestOverlap`"));

    public static final Key<Text> SEAL_KEY_FILE = GROUP.key(
            "sealKeyFile",
            text("the path of a file, from Karaf's directory"),
            means(""),
            "a file that holds nothing but the keys, as in `sealKey`, one in each line. Better than `sealKey`",
            live("as `sealKey`. Only the *name* is watched: see the traps"));

    public static final Key<Whole> SEAL_KEY_ID = GROUP.key(
            "sealKeyId",
            whole(0, 255),
            is(1),
            "the id of the key that our own seals are made with",
            live("stays. Changes the seal: see `digestOverlap`"));

    private SealKeys() {}
}
