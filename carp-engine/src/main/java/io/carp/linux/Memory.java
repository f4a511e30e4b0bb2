// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory in the byte order of the machine, for {@link LibC}. It is freed when nothing refers to this object any
 * more.
 */
final class Memory {
    private final ByteBuffer bytes;
    private final long address;

    Memory(int length) {
        bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
        address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int length() {
        return bytes.capacity();
    }

    /**
     * Where the memory begins, for a structure that points to it. The caller that hands that structure to the kernel
     * keeps this object reachable until the kernel has answered; the simplest way is to have both in the same memory.
     */
    long address() {
        return address;
    }
}
