// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import java.io.IOException;

/** The addresses of one virtual host on an interface of their own, which has the virtual MAC. */
final class VirtualMacBinding implements Binding {
    private final NetlinkBinder binder;
    private final VirtualInterface device;
    private final NetlinkBinding binding;
    private volatile Addresses addresses;

    /** @param binding binds the addresses on the device */
    VirtualMacBinding(NetlinkBinder binder, VirtualInterface device, NetlinkBinding binding, Addresses addresses) {
        this.binder = binder;
        this.device = device;
        this.binding = binding;
        this.addresses = addresses;
    }

    @Override
    public void prepare() throws IOException {
        binder.locked(round -> {
            round.checkPrivilege();
            if (!binding.isBound()) {
                device.prepare(round, addresses.virtualIps());
            }
        });
        binding.prepare();
    }

    @Override
    public void bind(Change why) throws IOException {
        binder.locked(round -> device.up(round, addresses.virtualIps()));
        try {
            binding.bind(why);
        } catch (IOException e) {
            binder.locked(device::down);
            throw e;
        }
    }

    @Override
    public void announce() {
        binding.announce();
    }

    @Override
    public void unbind(Change why) throws IOException {
        binding.unbind(why);
    }

    @Override
    public void advertised(long nanoTime) {
        binding.advertised(nanoTime);
    }

    @Override
    public long outlastsNanos(long nanoTime) {
        return binding.outlastsNanos(nanoTime);
    }

    @Override
    public String lapsed(long nanoTime) {
        return binding.lapsed(nanoTime);
    }

    @Override
    public void update(Addresses changed) throws IOException {
        binder.locked(round -> {
            if (binding.isBound()) {
                device.requireSettings(changed.virtualIps());
            } else {
                device.prepare(round, changed.virtualIps());
            }
        });
        binding.update(device.here(changed));
        addresses = changed;
    }

    @Override
    public void close() throws IOException {
        binding.close(); // This deletes the interface, too.
    }
}
