// SPDX-License-Identifier: Apache-2.0
package io.carp.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import io.carp.spi.VirtualIp;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every address binder does. The author of one extends this class.
 *
 * <pre>{@code
 * class CloudBinderTest extends BinderContractTest {
 *     private final PretendedCloud cloud = new PretendedCloud();
 *
 *     @Override protected AddressBinder binder() { return new CloudBinder(cloud); }
 *     @Override protected List<String> bound(List<String> candidates) { return cloud.addresses(); }
 * }
 * }</pre>
 */
public abstract class BinderContractTest {
    /** The change of state for which the addresses are bound here. */
    public static final Change UP = new Changed(CarpState.BACKUP, CarpState.MASTER, Reason.MASTER_TIMED_OUT);

    /** The change of state for which they are released. */
    public static final Change DOWN = new Changed(CarpState.MASTER, CarpState.INIT, Reason.LINK_DOWN);

    private static final String ONE = "192.0.2.1";
    private static final String TWO = "192.0.2.2";
    private static final String SIX = "2001:db8:0:0:0:0:0:6";

    private record Changed(CarpState previous, CarpState state, Reason reason) implements Change {}

    /** The binder. The tests call this again and again, so make it before. */
    protected abstract AddressBinder binder();

    /**
     * The addresses among these that are bound now, as a look from outside shows, in the form of {@link
     * InetAddress#getHostAddress()}; null if the test cannot tell.
     */
    protected abstract @Nullable List<String> bound(List<String> candidates);

    /** Settings for these addresses: {@code web}, vhid 7 on {@code lo}, unless you override this. */
    protected Addresses addresses(List<VirtualIp> ips) {
        return Addresses.of("web", "lo", 7, ips).withLease(2);
    }

    /** Runs the action where the binder's addresses are, such as in a network namespace. */
    protected void in(Action action) throws Exception {
        action.run();
    }

    /** Something that may fail. */
    public interface Action {
        void run() throws Exception;
    }

    @Test
    final void takesAndReleasesHoweverOftenItIsAsked() throws Exception {
        in(() -> {
            var binding = open(ONE, SIX);
            expect();
            binding.prepare();
            binding.prepare();
            expect();
            binding.announce();
            binding.unbind(DOWN);
            for (int round = 0; round < 3; round++) {
                binding.advertised(System.nanoTime());
                binding.bind(UP);
                binding.bind(UP);
                binding.advertised(System.nanoTime());
                binding.announce();
                expect(ONE, SIX);
                binding.prepare();
                expect(ONE, SIX);
                binding.unbind(DOWN);
                expect();
                binding.unbind(DOWN);
                binding.advertised(System.nanoTime());
            }
            binding.close();
            binding.close();
        });
    }

    @Test
    final void anUpdateChangesWhatDiffersAtOnce() throws Exception {
        in(() -> {
            var binding = open(ONE);
            binding.prepare();
            binding.update(settings(TWO));
            expect();
            binding.bind(UP);
            expect(TWO);
            binding.update(settings(TWO, SIX));
            expect(TWO, SIX);
            binding.update(settings(ONE, SIX));
            expect(ONE, SIX);
            binding.update(settings());
            expect();
            binding.update(settings(ONE));
            expect(ONE);
            binding.unbind(DOWN);
            expect();
        });
    }

    @Test
    final void closingReleases() throws Exception {
        in(() -> {
            var binding = open(ONE, TWO);
            binding.bind(UP);
            expect(ONE, TWO);
            binding.close();
            expect();
            open(ONE).prepare();
        });
    }

    private AddressBinder.Binding open(String... ips) {
        return binder().open(settings(ips), new AddressBinder.Listener() {
            @Override
            public void restored(String address) {
                throw new AssertionError(address);
            }

            @Override
            public void gaveUp(String why) {
                throw new AssertionError(why);
            }
        });
    }

    private Addresses settings(String... ips) {
        return addresses(Stream.of(ips).map(BinderContractTest::ip).toList());
    }

    private void expect(String... ips) {
        var bound = bound(List.of(ONE, TWO, SIX));
        if (bound != null) {
            assertEquals(new TreeSet<>(List.of(ips)), new TreeSet<>(bound));
        }
    }

    private static VirtualIp ip(String text) {
        try {
            var address = InetAddress.getByName(text);
            return new VirtualIp(address, address.getAddress().length * 8);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
