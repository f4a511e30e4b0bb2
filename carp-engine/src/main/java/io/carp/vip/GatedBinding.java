// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import java.io.IOException;

/** The addresses of one virtual host behind a gate, if it has a short lease. */
final class GatedBinding implements Binding {
    private final Gates gates;
    private final Guarded guarded;
    private final Binding binding;
    private volatile Addresses addresses;

    /** @param binding binds the addresses */
    GatedBinding(Gates gates, Guarded guarded, Binding binding, Addresses addresses) {
        this.gates = gates;
        this.guarded = guarded;
        this.binding = binding;
        this.addresses = addresses;
    }

    @Override
    public void prepare() throws IOException {
        try {
            binding.prepare();
        } catch (IOException e) {
            gates.remove(guarded); // Somebody else may have the addresses, who must not be in want of them.
            throw e;
        }
        gates.guard(guarded, addresses);
    }

    @Override
    public void bind(Change why) throws IOException {
        gates.beforeBind(guarded);
        try {
            binding.bind(why);
        } catch (IOException e) {
            gates.remove(guarded);
            throw e;
        }
    }

    @Override
    public void announce() {
        binding.announce();
    }

    @Override
    public void unbind(Change why) throws IOException {
        gates.shut(guarded);
        binding.unbind(why);
    }

    @Override
    public void advertising(long nanoTime, long intervalNanos) {
        guarded.advertising(nanoTime, intervalNanos);
    }

    @Override
    public void advertised(long nanoTime) {
        guarded.advertised(nanoTime);
        binding.advertised(nanoTime);
    }

    @Override
    public void handsOver() {
        // With a virtual MAC a switch would take one more answer from here for the place of the address.
        guarded.handsOver(!addresses.virtualMac());
    }

    @Override
    public String lapsed(long nanoTime) {
        return binding.lapsed(nanoTime);
    }

    @Override
    public long outlastsNanos(long nanoTime) {
        return binding.outlastsNanos(nanoTime); // What a relay sends meanwhile keeps the gate open.
    }

    @Override
    public void update(Addresses changed) throws IOException {
        binding.update(changed);
        addresses = changed;
        gates.guard(guarded, changed);
    }

    @Override
    public void close() throws IOException {
        try {
            binding.close();
        } finally {
            gates.remove(guarded);
        }
    }
}
