// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import org.osgi.service.component.annotations.Component;

/** Binds nothing. It is for virtual hosts that only elect which node does the work. */
@Component(service = AddressBinder.class, property = AddressBinder.NAME + "=none")
public final class NoBinder implements AddressBinder {
    private static final Binding NOTHING = new Binding() {
        @Override
        public void prepare() {}

        @Override
        public void bind(Change why) {}

        @Override
        public void announce() {}

        @Override
        public void unbind(Change why) {}

        @Override
        public void advertised(long nanoTime) {}

        @Override
        public void update(Addresses addresses) {}

        @Override
        public void close() {}
    };

    @Override
    public Binding open(Addresses addresses, Listener listener) {
        return NOTHING;
    }
}
