// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carp.host.SealMemory;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.DigestOrder;
import io.carp.protocol.Seal;
import io.carp.protocol.SealKey;
import io.carp.protocol.SealMarks.Kept;
import java.net.InetAddress;
import java.util.List;

/** What a machine remembers of seals, whatever becomes of its processes; and with what its group signs. */
public final class SealDisk implements SealMemory {
    private final Seal.Policy policy;
    private Kept remembered = Kept.NOTHING;
    private long killedAt;

    SealDisk(Seal.Policy policy) {
        this.policy = policy;
    }

    @Override
    public Kept of(String subsystem) {
        return remembered;
    }

    @Override
    public void keep(String subsystem, Kept kept) {
        remembered = kept;
    }

    /** The machine's process was killed. */
    void killedAt(long time) {
        killedAt = time;
    }

    /** When that happened last; 0 if never. */
    long killedAt() {
        return killedAt;
    }

    AdvertisementDigest digest(int vhid, String pass) {
        List<InetAddress> addresses = List.of(SimulatedNode.address(100));
        SealKey key = new SealKey(1, "a key that nobody else has".getBytes(UTF_8));
        Seal seal = new Seal(policy, 1, List.of(key), addresses);
        return new AdvertisementDigest(vhid, pass.getBytes(UTF_8), addresses, DigestOrder.SORTED, null, seal);
    }
}
