// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/**
 * Puts an interface into a set, for a time that begins when it is sent. The transaction is written beforehand, so that a
 * thread that must not wait can send it: that takes some microseconds, unless somebody else is changing the packet filter
 * at that very moment. For one thread at a time; nothing is allocated.
 */
public final class NftGrant {
    private final NftChannel channel;
    private final Memory request;
    private final int length;
    private final int firstTimeout;
    private final int secondTimeout;

    public NftGrant(NftChannel channel, String table, String set, int ifindex) {
        this.channel = channel;
        var batch = new NftBatch(1024, table);
        batch.addInterface(set, ifindex, 0);
        firstTimeout = batch.timeoutAt();
        // Kernels before 6.12 do not renew what is there. This leaves no gap.
        batch.deleteElement(set, NftBatch.key(ifindex)).addInterface(set, ifindex, 0);
        secondTimeout = batch.timeoutAt();
        var written = batch.close(false);
        request = written.memory();
        length = written.length();
    }

    /**
     * Sends it.
     *
     * @param millis for how long the interface is in the set
     * @return 0, or why the kernel refused it: ENOENT where the set is not there
     */
    public int send(long millis) {
        // Numbers of the packet filter are in the order of the network, and this memory in that of the machine.
        long swapped = Long.reverseBytes(millis);
        request.bytes().putLong(firstTimeout, swapped).putLong(secondTimeout, swapped);
        return channel.send(request, length);
    }
}
