// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.testing.contract.BinderContractTest.UP;

import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.vip.NetlinkBinder;
import io.carp.vip.OnlyTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that binds addresses and advertises them (only to the binder), until it is killed or stopped. It prints
 * {@code <virtual host> <nanoTime>} for each advertisement: that clock is the same in all processes of a machine.
 */
final class FrozenMaster {
    /** Begins a line about something that happened because the machine did not let this process run for a while. */
    static final String STALLED = "stalled: ";

    private static volatile boolean stalled;

    private FrozenMaster() {}

    /**
     * @param arguments {@code prepare}; or the number of virtual hosts, the milliseconds over which the phases of their
     *     advertisements are spread, and the milliseconds between two advertisements
     */
    public static void main(String[] arguments) throws Exception {
        var binder = new NetlinkBinder(new OnlyTime());
        if (arguments[0].equals("prepare")) {
            try {
                open(binder, 0).prepare();
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
            return;
        }
        int hosts = Integer.parseInt(arguments[0]);
        long spread = Long.parseLong(arguments[1]) * 1_000_000;
        long interval = Long.parseLong(arguments[2]) * 1_000_000;
        List<AddressBinder.Binding> bindings = new ArrayList<>();
        for (int n = 0; n < hosts; n++) {
            bindings.add(open(binder, n));
        }
        long start = System.nanoTime();
        long[] next = new long[hosts];
        for (int n = 0; n < hosts; n++) {
            next[n] = start + spread * n / hosts;
        }
        boolean[] bound = new boolean[hosts];
        for (long last = System.nanoTime(); true; last = awake(last)) {
            for (int n = 0; n < hosts; n++) {
                long now = System.nanoTime();
                if (now - next[n] >= 0) {
                    next[n] += interval;
                    bindings.get(n).advertised(now);
                    System.out.println(n + " " + now);
                    if (!bound[n]) {
                        bindings.get(n).bind(UP);
                        bound[n] = true;
                    }
                }
            }
            Thread.sleep(1);
        }
    }

    private static long awake(long last) {
        long now = System.nanoTime();
        stalled |= now - last > 300_000_000;
        return now;
    }

    /** The command line that runs it, behind another command. */
    static String[] command(List<String> prefix, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classPath(), FrozenMaster.class.getName()));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private static String classPath() {
        // Under Surefire java.class.path may be a jar that only names the real one.
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    static String address(int host) {
        return "10.2.0." + (host + 1);
    }

    static String address6(int host) {
        return "fd02:0:0:0:0:0:0:" + (host + 1);
    }

    private static AddressBinder.Binding open(NetlinkBinder binder, int host) {
        Addresses addresses = BinderHost.addresses("host" + host, "eth0", 2, null, address(host), address6(host));
        return binder.open(addresses, new AddressBinder.Listener() {
            @Override
            public void restored(String address) {
                System.out.println((stalled ? STALLED : "") + "restored " + address);
            }

            @Override
            public void gaveUp(String why) {
                System.out.println("gave up " + why);
            }
        });
    }
}
