// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RealTimeTest {
    private static final String LIMITS = """
            Limit                     Soft Limit           Hard Limit           Units
            Max nice priority         0                    0
            Max realtime priority     2                    99
            Max realtime timeout      unlimited            unlimited            us
            """;

    @Test
    void aLimitThatIsTooLowIsTheReasonUnlessThereIsTheCapability() {
        assertEquals(
                "the limit RTPRIO of this process is 2, and it has no capability CAP_SYS_NICE: write LimitRTPRIO=3 to"
                        + " the systemd unit, or start a container with --ulimit rtprio=3, and restart",
                RealTime.remedy(3, LIMITS, false));
        assertTrue(
                RealTime.remedy(3, LIMITS, true).startsWith("it has the capability CAP_SYS_NICE, so something else"));
    }

    @Test
    void aLimitThatIsHighEnoughLeavesOtherReasons() {
        assertTrue(RealTime.remedy(2, LIMITS, false).contains("RestrictRealtime="));
        String unlimited = LIMITS.replace("priority     2 ", "priority     unlimited ");
        assertTrue(
                RealTime.remedy(49, unlimited, false).startsWith("the limit RTPRIO of this process is unlimited, so"));
        assertTrue(RealTime.remedy(1, "", false).startsWith("the limit RTPRIO of this process is unknown, and"));
    }

    @Test
    void whatTheKernelDoesNotTakeIsSaidByName() throws Exception {
        var refused = assertThrows(SystemCallException.class, () -> RealTime.roundRobin(100));
        assertEquals(
                "sched_setscheduler: EINVAL: Invalid argument",
                RealTime.refusal(100, refused),
                "it allows no more than 99");
        assertEquals(0, RealTime.priority());
        assertFalse(RealTime.isInherited());
    }
}
