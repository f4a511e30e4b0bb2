// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.AddressBinder;
import io.carp.testing.contract.BinderContractTest;
import java.util.List;

/** Nothing is ever bound, and nothing ever fails. */
class NoBinderTest extends BinderContractTest {
    @Override
    protected AddressBinder binder() {
        return new NoBinder();
    }

    @Override
    protected List<String> bound(List<String> candidates) {
        return null;
    }
}
