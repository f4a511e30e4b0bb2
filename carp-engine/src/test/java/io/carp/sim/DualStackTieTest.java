// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.CarpState;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nodes alike, whose order by IPv4 is not that by IPv6, on a link that parts them and heals. One seed is one history.
 */
class DualStackTieTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1000 * MILLISECOND;
    private static final Settings SETTINGS = new Settings(7, 1, 0, false, 3, 0, 60);

    private final VirtualTime time = new VirtualTime();
    private final List<Station> stations = new ArrayList<>();
    private final List<BareHost> nodes = new ArrayList<>();

    static LongStream seeds() {
        return Seeds.all();
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void oneOfThemStaysAndNobodyIsMissed(long seed) throws Exception {
        Random random = new Random(seed);
        SimulatedLink link = new SimulatedLink(time, random);
        long most = 1 + random.nextLong(3 * MILLISECOND);
        link.faults(new SimulatedLink.Faults(0, 0, random.nextLong(most), most));
        int size = 2 + random.nextInt(2);
        for (int n = 1; n <= size; n++) {
            plug(link, n, size - n, random);
        }
        for (int round = 0; round < 4; round++) {
            boolean ipv4Lost = random.nextInt(4) == 0;
            link.lose(ipv4Lost, !ipv4Lost && random.nextInt(3) == 0);
            stations.forEach(
                    one -> stations.stream().filter(other -> other != one).forEach(to -> link.cut(one, to)));
            time.advance(4 * SECOND + random.nextLong(SECOND));
            assertEquals(size, masters(), "while they are parted");
            link.joinAll();
            heals(6 * SECOND);
            assertEquals(1, masters(), "when they have met again");
        }
    }

    /** Wherever the two agree on who stays, nobody has to wait for a master-down time. */
    private void heals(long nanos) {
        for (long end = time.now() + nanos; time.now() < end; time.advance(100 * MILLISECOND)) {
            assertEquals(0, nodes.stream().filter(DualStackTieTest::isOut).count());
            if (masters() == 0) {
                throw new AssertionError("nobody is master at " + time.now());
            }
        }
    }

    private void plug(SimulatedLink link, int ipv4, int ipv6, Random random) throws UnknownHostException {
        SimulatedLoop loop = new SimulatedLoop(time, random.nextLong(), random.nextLong(-200, 201));
        byte[] linkLocal = new byte[16];
        linkLocal[0] = (byte) 0xfe;
        linkLocal[1] = (byte) 0x80;
        linkLocal[15] = (byte) (10 + ipv6);
        Station station = link.plug(
                loop,
                InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) ipv4}),
                InetAddress.getByAddress(linkLocal));
        AdvertisementDigest digest = new AdvertisementDigest(
                7, "secret".getBytes(UTF_8), List.of(InetAddress.getByAddress(new byte[] {10, 0, 0, 100})));
        BareHost host = new BareHost(loop, station, SETTINGS, digest, 0, new BareHost.Journal() {});
        stations.add(station);
        nodes.add(host);
        host.startWithBothFamilies();
    }

    private static boolean isOut(BareHost node) {
        return node.machine().state() == CarpState.INIT;
    }

    private long masters() {
        return nodes.stream()
                .filter(node -> node.machine().state() == CarpState.MASTER)
                .count();
    }
}
