// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.carp.linux.LibC;
import io.carp.linux.SystemCallException;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class VirtualInterfaceTest {
    @Test
    void itsNameSaysWhoseItIs() {
        assertEquals("carp7.eth0", VirtualInterface.name("eth0", 7));
        assertEquals("carp255.enp3s0f", VirtualInterface.name("enp3s0f", 255));
    }

    @Test
    void aNameThatWouldBeTooLongIsANumberAlwaysTheSame() {
        String name = VirtualInterface.name("enp3s0f1", 255);
        assertEquals(15, name.length(), name);
        assertEquals(name, VirtualInterface.name("enp3s0f1", 255));
        assertNotEquals(name, VirtualInterface.name("enp3s0f2", 255));
        assertNotEquals(name, VirtualInterface.name("enp3s0f1", 254));
    }

    @Test
    void aNumberIsOneInEveryLanguage() {
        String name = VirtualInterface.name("enp3s0f1", 255);
        var before = Locale.getDefault();
        try {
            // Digits of its own, which the kernel would be told as question marks: one name for all.
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertNotEquals("255", String.format(Locale.getDefault(), "%d", 255), "a language that proves nothing");
            assertEquals(name, VirtualInterface.name("enp3s0f1", 255));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aKernelThatMakesNoneIsSaidSo() {
        assertEquals(
                "virtualMac = true: this kernel has no macvlan (CONFIG_MACVLAN, module macvlan)",
                VirtualInterface.refusal(new SystemCallException("make", LibC.EOPNOTSUPP), "eth0"));
        assertNull(VirtualInterface.refusal(new SystemCallException("make", LibC.EPERM), "eth0"));
    }
}
