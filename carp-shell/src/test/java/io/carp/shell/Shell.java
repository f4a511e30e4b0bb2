// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.CarpEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.api.action.lifecycle.Manager;
import org.apache.karaf.shell.api.console.Candidate;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.impl.action.command.ManagerImpl;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;

/** A real Karaf shell with our commands, without a container: what is typed is parsed, injected and run as there. */
final class Shell implements AutoCloseable {
    private final ThreadIOImpl threadIo = new ThreadIOImpl();
    private final SessionFactoryImpl factory;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Session session;

    Shell(CarpEngine engine) {
        threadIo.start();
        factory = new SessionFactoryImpl(threadIo);
        factory.getRegistry().register(engine);
        Manager manager = new ManagerImpl(factory.getRegistry(), factory.getRegistry(), true);
        factory.getRegistry().register(manager);
        manager.register(VirtualHostNames.class);
        manager.register(SettingKeys.class);
        manager.register(StatusCommand.class);
        manager.register(StepDownCommand.class);
        manager.register(TakeOverCommand.class);
        manager.register(SetCommand.class);
        PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
        session = factory.create(new ByteArrayInputStream(new byte[0]), out, out);
    }

    /** What the command line prints. */
    String run(String line) throws Exception {
        output.reset();
        session.execute(line);
        return output.toString(StandardCharsets.UTF_8);
    }

    List<String> completions(Class<? extends Completer> type, String typed) {
        List<Candidate> candidates = new ArrayList<>();
        Completer completer = factory.getRegistry().getService(type);
        completer.completeCandidates(session, new Typed(typed), candidates);
        return candidates.stream().map(Candidate::value).toList();
    }

    @Override
    public void close() {
        session.close();
        factory.stop();
        threadIo.stop();
    }

    private record Typed(String word) implements CommandLine {
        @Override
        public int getCursorArgumentIndex() {
            return 0;
        }

        @Override
        public String getCursorArgument() {
            return word;
        }

        @Override
        public int getArgumentPosition() {
            return word.length();
        }

        @Override
        public String[] getArguments() {
            return new String[] {word};
        }

        @Override
        public int getBufferPosition() {
            return word.length();
        }

        @Override
        public String getBuffer() {
            return word;
        }
    }
}
