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

/** A real Karaf shell with our commands, without a container. It parses, injects and runs what is typed as there. */
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
        manager.register(WrittenKeys.class);
        manager.register(StatusCommand.class);
        manager.register(StepDownCommand.class);
        manager.register(TakeOverCommand.class);
        manager.register(SetCommand.class);
        PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
        session = factory.create(new ByteArrayInputStream(new byte[0]), out, out);
    }

    /** Runs the command line and returns what it prints. */
    String run(String line) throws Exception {
        output.reset();
        session.execute(line);
        return output.toString(StandardCharsets.UTF_8);
    }

    /** Waits until the command line that runs has printed this. */
    void awaitPrinted(String text) throws InterruptedException {
        while (!output.toString(StandardCharsets.UTF_8).contains(text)) {
            Thread.sleep(1);
        }
    }

    List<String> completions(Class<? extends Completer> type, String typed) {
        List<Candidate> candidates = new ArrayList<>();
        Completer completer = factory.getRegistry().getService(type);
        completer.completeCandidates(session, new Typed(List.of(typed)), candidates);
        return candidates.stream().map(Candidate::value).toList();
    }

    /** What the tabulator offers at the end of a line of words between single blanks. */
    List<Candidate> tabulator(String line) {
        List<String> words = List.of(line.split(" ", -1));
        String[] command = words.get(0).split(":");
        List<Candidate> candidates = new ArrayList<>();
        factory.getRegistry()
                .getCommand(command[0], command[1])
                .getCompleter(false)
                .completeCandidates(session, new Typed(words), candidates);
        return candidates;
    }

    @Override
    public void close() {
        session.close();
        factory.stop();
        threadIo.stop();
    }

    /** The cursor stands behind the last word. */
    private record Typed(List<String> words) implements CommandLine {
        @Override
        public int getCursorArgumentIndex() {
            return words.size() - 1;
        }

        @Override
        public String getCursorArgument() {
            return words.get(words.size() - 1);
        }

        @Override
        public int getArgumentPosition() {
            return getCursorArgument().length();
        }

        @Override
        public String[] getArguments() {
            return words.toArray(String[]::new);
        }

        @Override
        public int getBufferPosition() {
            return getBuffer().length();
        }

        @Override
        public String getBuffer() {
            return String.join(" ", words);
        }
    }
}
