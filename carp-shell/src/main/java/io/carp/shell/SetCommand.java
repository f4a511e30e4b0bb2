// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.CarpEngine;
import io.carp.VirtualHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.jspecify.annotations.Nullable;

/** {@code carp:set} edits the file that a person would edit, and prints what the engine made of it. */
@Service
@Command(
        scope = "carp",
        name = "set",
        description = "Changes settings of a virtual host in its file etc/carp.vhost-<name>.cfg, live.",
        detailedDescription = "classpath:set.txt")
public final class SetCommand implements Action {
    /** FileInstall makes a PID of the file name, so a name has no character with a meaning of its own in either. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private static final int LOOKS_PER_SECOND = 20;

    /** Time enough for the engine to try again, which it does every two seconds while a passFile is missing. */
    private static final int RETRY_SECONDS = 5;

    @Reference
    @Nullable
    CarpEngine engine;

    @Argument(name = "name", description = "The virtual host: web for etc/carp.vhost-web.cfg", required = true)
    @Completion(VirtualHostNames.class)
    String name = "";

    @Argument(
            index = 1,
            name = "settings",
            description = "key=value, several if you like; the value reaches the engine as it is written here",
            multiValued = true)
    @Completion(SettingKeys.class)
    @Nullable
    List<String> settings;

    @Option(
            name = "--unset",
            description = "A key to be taken out of the file, so that its default counts; may be repeated",
            multiValued = true)
    @Completion(WrittenKeys.class)
    @Nullable
    List<String> unset;

    @Option(name = "--create", description = "Make the file if there is none yet, readable by its owner only")
    boolean create;

    @Option(
            name = "--timeout",
            aliases = "-t",
            description = "Seconds to wait for the engine's verdict; 0 does not wait",
            valueToShowInHelp = "3")
    String timeout = "3"; // The shell hands over a token, which Karaf does not convert to an int.

    @Override
    public @Nullable Object execute() throws Exception {
        if (!NAME.matcher(name).matches()) {
            throw new CommandException("a name consists of letters, digits, dots, _ and -; not \"" + name + "\"");
        }
        int seconds = Seconds.of(timeout);
        Edit edit = Edit.of(settings == null ? List.of() : settings, unset == null ? List.of() : unset);
        for (String secret : List.of("pass", "sealKey")) {
            if (edit.values().containsKey(secret)) {
                System.out.println("warning: the shell keeps this command, and the " + secret
                        + " in it, in its history; " + secret + "File does not");
            }
        }
        EngineAccess access = new EngineAccess(engine);
        VirtualHost before = access.find(name).orElse(null);
        Path file = write(CfgDirectory.ofThisKaraf(), edit, access);
        boolean refused = before != null && before.configurationError().isPresent();
        if (file == null && !refused) {
            System.out.println("nothing to change: the file already says so");
        } else if (file == null) {
            System.out.println(
                    "the file already says so, but " + name + " is refused: waiting for the engine to try again");
            if (seconds > 0) {
                System.out.println(verdict(access, edit, before, Math.max(seconds, RETRY_SECONDS)));
            }
        } else if (seconds == 0) {
            System.out.println("written: " + file);
        } else {
            System.out.println(verdict(access, edit, before, seconds));
        }
        return null;
    }

    private String verdict(EngineAccess access, Edit edit, @Nullable VirtualHost before, int seconds)
            throws InterruptedException, CommandException {
        return new EditVerdict(access, name, edit, before)
                .await(seconds * LOOKS_PER_SECOND, () -> Thread.sleep(1000 / LOOKS_PER_SECOND));
    }

    /**
     * Returns the file that was changed, or null if nothing had to change. It writes nothing that the engine would
     * refuse.
     */
    private @Nullable Path write(CfgDirectory etc, Edit edit, EngineAccess access)
            throws IOException, CommandException {
        Path file = etc.file(name);
        boolean exists = Files.exists(file);
        if (!exists && Files.exists(etc.typedFile(name))) {
            throw new CommandException(etc.typedFile(name) + " is the file of " + name
                    + ", and of a kind that carp:set does not write: use an editor, or rename it to "
                    + file.getFileName() + " and take the quotes out");
        }
        if (!exists && !create) {
            List<String> names = etc.names();
            throw new CommandException("there is no " + file + "; --create makes it"
                    + (names.isEmpty() ? "" : "; there are files for: " + String.join(", ", names)));
        }
        byte[] before = exists ? Files.readAllBytes(file) : new byte[0];
        CfgText text = new CfgText(before);
        edit.apply(text);
        byte[] after = text.bytes();
        if (exists && Arrays.equals(before, after)) {
            return null;
        }
        // If the engine has not read the file yet, it would judge the edit alone.
        boolean isUnread = exists && access.find(name).isEmpty();
        Optional<String> refusal = isUnread ? Optional.empty() : access.refusal(name, edit);
        if (refusal.isPresent()) {
            throw new CommandException("nothing is written, for the engine would refuse it: " + refusal.get());
        }
        if (!exists) {
            etc.create(name, after);
        } else {
            etc.replace(name, before, after);
        }
        return file;
    }
}
