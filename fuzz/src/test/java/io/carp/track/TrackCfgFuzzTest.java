// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.carp.fuzz.CfgReader;
import io.carp.fuzz.Refusal;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.osgi.framework.BundleContext;

/** Any bytes as etc/carp.track-db.cfg. They are refused with key and what is allowed, or what they say can be done. */
public class TrackCfgFuzzTest {
    private static final long HOUR = 3_600_000_000_000L;

    /** Of a framework in which there is nothing. */
    private static final BundleContext CONTEXT = (BundleContext) Proxy.newProxyInstance(
            TrackCfgFuzzTest.class.getClassLoader(),
            new Class<?>[] {BundleContext.class},
            (proxy, method, arguments) -> null);

    @FuzzTest(maxDuration = "5m")
    public void file(byte[] input) {
        Map<String, Object> file = CfgReader.read(input);
        if (file == null) {
            return;
        }
        try {
            TrackConfig config = TrackConfig.parse("db", file, CONTEXT);
            assertTrue(!config.thing().isBlank());
            assertEquals(config.services() == null, config.check() != null, "it is a service or is asked for");
            for (String host : config.hosts()) {
                assertTrue(
                        !host.isEmpty() && host.chars().noneMatch(c -> " \t\r\n\f".indexOf(c) >= 0),
                        () -> "no virtual host has such a name: " + host);
            }
            assertTrue(config.amount() >= 1 && config.amount() <= 240);
            assertTrue(config.rise() >= 1 && config.fall() >= 1);
            assertTrue(config.interval() > 0 && config.interval() <= 24 * HOUR);
            assertTrue(config.timeout() > 0 && config.timeout() <= 24 * HOUR);
        } catch (ConfigurationRefused e) {
            Refusal.judge(e);
        }
    }
}
