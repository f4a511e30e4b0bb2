// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The real-time priority of the calling thread, {@code SCHED_RR}: it is served before all threads that have none. What it
 * starts, threads and processes, has none. By numbers of system calls, since the functions of musl for this always fail.
 */
public final class RealTime {
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_FIFO = 1;
    private static final int SCHED_RR = 2;
    private static final int SCHED_RESET_ON_FORK = 0x40000000;
    private static final int THIS_THREAD = 0;
    /** struct sched_param is one int. */
    private static final int PARAM = 4;

    private static final int CAP_SYS_NICE = 23;
    private static final String LIMIT = "Max realtime priority";

    /** What was shared last. */
    private static volatile int shared;

    private record Numbers(int setScheduler, int getScheduler, int getParam) {
        static Numbers here() throws IOException {
            String processor = System.getProperty("os.arch", "");
            return switch (processor) {
                case "amd64" -> new Numbers(144, 145, 143);
                case "aarch64" -> new Numbers(119, 120, 121);
                default -> throw new IOException("the numbers of the system calls are not known for " + processor);
            };
        }
    }

    private RealTime() {}

    /**
     * Gives the thread this priority; a few microseconds.
     *
     * @param priority 1..99
     * @throws IOException if the system refuses it, or there is no such call here
     */
    public static void roundRobin(int priority) throws IOException {
        set(SCHED_RR | SCHED_RESET_ON_FORK, priority);
    }

    /**
     * Takes away what {@link #roundRobin} gave, and nothing else.
     *
     * @throws IOException as there
     */
    public static void ordinary() throws IOException {
        if (policy() != (SCHED_RR | SCHED_RESET_ON_FORK)) {
            return;
        }
        try {
            set(SCHED_OTHER, 0);
        } catch (SystemCallException e) {
            set(SCHED_OTHER | SCHED_RESET_ON_FORK, 0); // Only the privileged may take the flag back.
        }
    }

    /**
     * Gives the thread this priority, as {@link #roundRobin}, or with 0 none, as {@link #ordinary}, and lets other threads
     * {@link #follow}.
     *
     * @throws IOException as there; then everything stays as it is
     */
    public static void lead(int priority) throws IOException {
        if (priority == 0) {
            ordinary();
        } else {
            roundRobin(priority);
        }
        shared = priority;
    }

    /**
     * Gives the thread what the one that leads was given, if that has changed; one less where there is less, so that the
     * leader comes first.
     *
     * @param known what this returned last; 0 at first
     */
    public static int follow(int known) {
        int now = shared;
        try {
            if (now != known && now == 0) {
                ordinary();
            } else if (now != known) {
                roundRobin(Math.max(1, now - 1));
            }
        } catch (IOException e) {
            return now; // The limit was lowered in between: as for the leader, it goes on with what it has.
        }
        return now;
    }

    /**
     * Whether the thread has a real-time priority that is not ours: the whole process was started with it, as by chrt.
     *
     * @throws IOException if there is no such call here
     */
    public static boolean isInherited() throws IOException {
        int policy = policy();
        return policy == SCHED_RR || policy == SCHED_FIFO;
    }

    /**
     * The real-time priority of the thread, 1..99; 0 if it has none.
     *
     * @throws IOException if there is no such call here
     */
    public static int priority() throws IOException {
        var param = new Memory(PARAM);
        check("sched_getparam", LibC.syscall(Numbers.here().getParam, THIS_THREAD, param));
        return param.bytes().getInt(0);
    }

    /**
     * Why it is refused, and what a person can do, in one sentence without a full stop. Reads {@code /proc}: not on a
     * thread that must not wait.
     *
     * @param failure what one of these methods threw
     */
    public static String refusal(int priority, Throwable failure) {
        if (failure instanceof SystemCallException refused) {
            return refused.getMessage() + (refused.errno() == LibC.EPERM ? "; " + remedy(priority) : "");
        }
        return NativeCode.refusal(failure);
    }

    private static String remedy(int priority) {
        try {
            var limits = Files.readString(Path.of("/proc/thread-self/limits"));
            var status = Files.readString(Path.of("/proc/thread-self/status"));
            return remedy(priority, limits, Capabilities.isIn(status, CAP_SYS_NICE));
        } catch (IOException e) {
            return allow(priority);
        }
    }

    static String remedy(int priority, String limits, boolean hasCapability) {
        String limit = limits.lines()
                .filter(line -> line.startsWith(LIMIT))
                .map(line -> line.substring(LIMIT.length()).strip().split("\\s+")[0])
                .findFirst()
                .orElse("unknown");
        boolean isEnough = limit.equals("unlimited") || (limit.matches("\\d+") && Long.parseLong(limit) >= priority);
        if (!isEnough && !hasCapability) {
            return "the limit RTPRIO of this process is " + limit + ", and it has no capability CAP_SYS_NICE: "
                    + allow(priority);
        }
        return (isEnough ? "the limit RTPRIO of this process is " + limit : "it has the capability CAP_SYS_NICE")
                + ", so something else forbids it: RestrictRealtime= in the systemd unit, the seccomp profile of a"
                + " container, or cpu.rt_runtime_us = 0 of its control group";
    }

    private static String allow(int priority) {
        return "write LimitRTPRIO=" + priority + " to the systemd unit, or start a container with --ulimit rtprio="
                + priority + ", and restart";
    }

    private static void set(int policy, int priority) throws IOException {
        var param = new Memory(PARAM);
        param.bytes().putInt(0, priority);
        check("sched_setscheduler", LibC.syscall(Numbers.here().setScheduler, THIS_THREAD, policy, param));
    }

    private static int policy() throws IOException {
        var unused = new Memory(PARAM);
        return (int) check("sched_getscheduler", LibC.syscall(Numbers.here().getScheduler, THIS_THREAD, unused));
    }

    private static long check(String call, long result) throws SystemCallException {
        if (result < 0) {
            throw new SystemCallException(call, LibC.errno());
        }
        return result;
    }
}
