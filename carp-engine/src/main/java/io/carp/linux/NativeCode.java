// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/** Says why native code cannot be used here, in the words of what refused it. */
public final class NativeCode {
    private NativeCode() {}

    /**
     * One sentence, without a full stop.
     *
     * @param failure what was thrown, with its causes
     */
    public static String refusal(Throwable failure) {
        String system = System.getProperty("os.name", "");
        if (!system.equals("Linux")) {
            return "it needs Linux, and this is " + system;
        }
        Throwable first = CLibrary.refusal();
        String line = firstLine(failure instanceof NoClassDefFoundError && first != null ? first : failure);
        return isNoExec(line)
                ? line
                        + "; native libraries are unpacked to a directory from which nothing may be executed: name another"
                        + " by -Djna.tmpdir=DIRECTORY -Dio.netty.native.workdir=DIRECTORY in EXTRA_JAVA_OPTS"
                : line;
    }

    private static String firstLine(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null || message.isBlank()
                ? cause.getClass().getName()
                : message.strip().lines().findFirst().orElse("");
    }

    /** Whether these are the dynamic linker's words for a file on a file system that is mounted {@code noexec}. */
    private static boolean isNoExec(String line) {
        return line.contains("failed to map segment from shared object");
    }
}
