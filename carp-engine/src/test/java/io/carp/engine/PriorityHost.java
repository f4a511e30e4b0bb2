// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.Finding;
import io.carp.net.NettyLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Constants;

/**
 * The engine with a real loop, as a program. It is configured with each argument in turn, {@code key=value} or nothing,
 * and prints what the kernel says of its threads and what it finds itself.
 */
public final class PriorityHost {
    /** What the kernel says of one thread: as in {@code ps -eLo cls,rtprio,comm}. */
    public record Scheduled(String name, int policy, int priority, int nice) {
        /** Fields 41, 40 and 19 of proc(5); the third is the first behind the name. */
        static Scheduled of(String stat) {
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            return new Scheduled(
                    name, Integer.parseInt(fields[38]), Integer.parseInt(fields[37]), Integer.parseInt(fields[16]));
        }

        static Scheduled here() throws IOException {
            return of(Files.readString(Path.of("/proc/thread-self/stat")));
        }

        /** The threads of a process. */
        public static List<Scheduled> all(long pid) throws IOException {
            List<Scheduled> all = new ArrayList<>();
            try (var tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
                for (Path task : tasks.toList()) {
                    try {
                        all.add(of(Files.readString(task.resolve("stat"))));
                    } catch (IOException e) {
                        // It has ended meanwhile.
                    }
                }
            }
            return all;
        }

        @Override
        public String toString() {
            return (policy == 0 ? "OTHER" : policy == 2 ? "RR" : "policy " + policy) + " " + priority;
        }
    }

    /** A minute. */
    private static final int MOST_LOOKS = 3000;

    private PriorityHost() {}

    /** @param arguments one edit of the engine's settings each */
    public static void main(String[] arguments) throws Exception {
        var storage = Files.createTempDirectory("carp-priority");
        var framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        storage.toString(),
                        Constants.FRAMEWORK_STORAGE_CLEAN,
                        Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT));
        framework.start();
        try (var loop = new NettyLoop()) {
            var engine = new CarpEngineComponent(loop, framework.getBundleContext());
            for (String edit : arguments) {
                int equals = edit.indexOf('=');
                var found = texts(engine);
                engine.configure(equals < 0 ? Map.of() : Map.of(edit.substring(0, equals), edit.substring(equals + 1)));
                Scheduled loops = on(loop, Scheduled::here);
                System.out.println("'" + edit + "': carp-loop " + loops + ", its thread "
                        + on(loop, PriorityHost::thread) + ", its process " + on(loop, PriorityHost::process)
                        + ", with a priority "
                        + Scheduled.all(ProcessHandle.current().pid()).stream()
                                .filter(each -> each.policy != 0)
                                .map(Scheduled::name)
                                .collect(Collectors.joining(",")));
                // What is found is said a moment later, on another thread.
                boolean isRefused = equals > 0 && !edit.endsWith("=" + loops.priority);
                boolean willChange = isRefused || !found.isEmpty();
                for (int i = 0; i < MOST_LOOKS && willChange && texts(engine).equals(found); i++) {
                    Thread.sleep(20);
                }
                System.out.println(texts(engine));
            }
        }
        System.exit(0);
    }

    private static List<String> texts(CarpEngineComponent engine) {
        return engine.findings().stream().map(Finding::text).toList();
    }

    private static <T> T on(NettyLoop loop, Callable<T> question) throws Exception {
        var answer = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.get();
    }

    private static Scheduled thread() throws Exception {
        var answer = new CompletableFuture<Scheduled>();
        new Thread(() -> {
                    try {
                        answer.complete(Scheduled.here());
                    } catch (IOException e) {
                        answer.completeExceptionally(e);
                    }
                })
                .start();
        return answer.get();
    }

    private static Scheduled process() throws Exception {
        var process = new ProcessBuilder("cat", "/proc/self/stat").start();
        return Scheduled.of(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
