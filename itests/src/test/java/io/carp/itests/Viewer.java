// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedExceptionAction;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;

/** A user of the shell with the role viewer. A session without a user finds no command that asks for a role. */
final class Viewer {
    private Viewer() {}

    /** What the shell prints to this user. */
    static String execute(SessionFactory sessions, String command) throws Exception {
        Subject viewer = new Subject(true, Set.of(new RolePrincipal("viewer")), Set.of(), Set.of());
        return Subject.doAs(viewer, (PrivilegedExceptionAction<String>) () -> print(sessions, command));
    }

    private static String print(SessionFactory sessions, String command) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Session session = sessions.create(new ByteArrayInputStream(new byte[0]), print, print);
        try {
            session.execute(command);
        } finally {
            session.close();
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
