// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.IdentityKeys;
import io.carp.protocol.AdvertisementDigest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shared secret of a virtual host: from the cfg or from a file of its own. Its bytes are in no message. */
final class Secret {
    private static final String ALLOWED = IdentityKeys.PASS.allowed().inWords();

    private Secret() {}

    /** The key bytes, as they are, for the caller to wipe; doubts that stop nothing are added to the warnings. */
    static byte[] read(CfgValues values, Path base, List<String> warnings) throws ConfigurationRefused {
        String inline = values.untrimmed(IdentityKeys.PASS);
        String file = values.text(IdentityKeys.PASS_FILE);
        if (inline != null && !inline.isEmpty() && file != null) {
            throw new ConfigurationRefused("pass and passFile are both set: allowed is one of them");
        }
        byte[] key =
                file == null ? inline(inline) : fromFile(new SecretFile(IdentityKeys.PASS_FILE, base, file), warnings);
        if (key.length == 0) {
            warnings.add(
                    "pass is empty: advertisements are signed with 20 zero bytes, so whoever is on the link can make"
                            + " them; ucarp takes no empty one");
        }
        if (key.length == AdvertisementDigest.MAX_KEY) {
            warnings.add("pass has 20 bytes: ucarp refuses it and ifconfig of FreeBSD cuts it to 19, so such peers"
                    + " would not understand this node");
        }
        return key;
    }

    private static byte[] inline(@Nullable String text) throws ConfigurationRefused {
        if (text == null) {
            throw new ConfigurationRefused("pass is missing: allowed is " + ALLOWED
                    + "; better: passFile = etc/<some file>, which holds nothing but the pass; none at all only if it"
                    + " says so: pass = with nothing behind it");
        }
        if (text.isEmpty()) {
            return new byte[0]; // Written so on purpose. The BSDs allow it.
        }
        return checked("pass", text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] fromFile(SecretFile file, List<String> warnings) throws ConfigurationRefused {
        return checked(file.key() + " = " + file.written(), file.read(AdvertisementDigest.MAX_KEY, warnings));
    }

    private static byte[] checked(String where, byte[] key) throws ConfigurationRefused {
        if (key.length == 0 || key.length > AdvertisementDigest.MAX_KEY) {
            // One that is empty is perhaps being written.
            boolean mayPass = key.length == 0;
            throw new ConfigurationRefused(
                    where + ": the pass has " + length(key) + " bytes: allowed is " + ALLOWED, mayPass);
        }
        if (Character.isWhitespace(key[0]) || Character.isWhitespace(key[key.length - 1])) {
            throw new ConfigurationRefused(where + ": the pass begins or ends with a blank: allowed is " + ALLOWED);
        }
        return key;
    }

    private static String length(byte[] key) {
        return key.length > AdvertisementDigest.MAX_KEY ? "more than " + AdvertisementDigest.MAX_KEY : "no";
    }
}
