// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real scripts that hang, with our own binder, beside a second virtual host without scripts. With two seconds between
 * advertisements a busy machine does not cost a mastership meanwhile.
 */
class ScriptHangLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final String OTHER = "start db interface=eth0 vhid=8 pass=secret virtualIps=10.9.0.101 advbase=2";

    @TempDir
    Path directory;

    private Lan lan;
    private Wiretap wire;
    private EngineNode ours;

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-hang", 2);
        wire = new Wiretap(lan);
        ours = new EngineNode(lan.host(1));
        script("good", "");
        // It writes down its process id and that of a child, and goes on even if the child is killed.
        script(
                "hangs",
                "echo $$ >> " + directory + "/pids; sleep 1000 & echo $! >> " + directory
                        + "/pids; wait; exec sleep 1000");
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    /** Writes a script that first notes its name and its arguments. */
    private void script(String name, String body) throws IOException {
        var file = directory.resolve(name);
        Files.writeString(file, "#!/bin/sh\necho " + name + " \"$@\" >> " + directory + "/calls\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> lines(String name) throws IOException {
        var file = directory.resolve(name);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private void awaitCall(String call) throws Exception {
        BinderHost.await(call, 60_000, () -> lines("calls").contains(call));
    }

    private void awaitHanging() throws Exception {
        BinderHost.await("the script hangs", 60_000, () -> lines("pids").size() >= 2);
    }

    /** Compares with the other virtual host, since a busy machine holds up both. */
    private void assertTheyAdvertiseAtTheSamePace() throws Exception {
        int mark = wire.mark();
        wire.await(mark, 4, h -> h.vhid() == 8);
        int ofOurs = wire.since(mark, h -> h.vhid() == 7 && !h.bowOut()).size();
        assertTrue(ofOurs >= 2, "only " + ofOurs + " advertisements while the other virtual host had four");
    }

    private void assertKilledWithItsChild() throws Exception {
        for (var pid : lines("pids")) {
            var process = ProcessHandle.of(Long.parseLong(pid));
            if (process.isPresent()) {
                process.get().onExit().get(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void anUpScriptThatHangs() throws Exception {
        ours.web("advbase=2 scriptTimeout=15 upScript=" + directory + "/hangs downScript=" + directory
                + "/good notifyScript=" + directory + "/good");
        ours.tell(OTHER).await("serving db");
        awaitHanging();
        assertTheyAdvertiseAtTheSamePace();
        assertTrue(ours.has(VIP), "the address did not wait for it");
        assertKilledWithItsChild();
        awaitCall("good 7@eth0 MASTER");
        assertTrue(ours.ask("status").contains("upScript = "), "a finding");
        ours.stop();
        assertEquals(
                List.of(
                        "good eth0 " + VIP,
                        "good 7@eth0 BACKUP",
                        "hangs eth0 " + VIP,
                        "good 7@eth0 MASTER",
                        "good eth0 " + VIP,
                        "good 7@eth0 INIT"),
                lines("calls"));
        assertEquals(2, lines("pids").size(), "it did not go on when its child was killed");
    }

    @Test
    void aNotifyScriptThatHangs() throws Exception {
        ours.web("advbase=2 scriptTimeout=15 neutral=true notifyScript=" + directory + "/hangs");
        ours.tell(OTHER).await("serving db");
        awaitHanging();
        assertTheyAdvertiseAtTheSamePace();
        // The mastership is lost and taken again, so there is one more call for its end, and one for the state of now.
        ours.tell("edit web notifyScript=" + directory + "/good");
        ours.await("edited web");
        var released = ours.ask("stepdown");
        assertTrue(released.startsWith("answer stepdown web BACKUP findings"), "not bound any more: " + released);
        ours.awaitState("MASTER");
        awaitCall("good 7@eth0 MASTER");
        assertKilledWithItsChild();
        assertEquals(List.of("hangs 7@eth0 MASTER", "good 7@eth0 BACKUP", "good 7@eth0 MASTER"), lines("calls"));
    }

    @Test
    void aBeforeScriptThatHangsLeavesTheFieldToTheOther() throws Exception {
        var other = new EngineNode(lan.host(2));
        ours.tell(OTHER).await("serving db");
        ours.web("advbase=2 scriptTimeout=15 beforeScript=" + directory + "/hangs");
        awaitHanging();
        other.web("advbase=2 advskew=100 beforeScript=" + directory + "/good");
        assertTheyAdvertiseAtTheSamePace();
        assertFalse(ours.has(VIP), "not bound yet");
        other.await("serving web");
        wire.await(wire.mark(), 2, from(2));
        assertEquals("BACKUP", ours.state());
        assertFalse(ours.has(VIP));
        assertFalse(ours.lines().stream().anyMatch(line -> line.text().equals("serving web")), "it never was");
        assertTrue(ours.ask("status").contains("beforeScript = "), "a finding");
        assertTrue(other.has(VIP));
        assertKilledWithItsChild();
        assertTrue(lines("calls").contains("good 7@eth0 MASTER"));
        assertEquals("MASTER", other.state());
    }

    @Test
    void scriptsOfBeforeRunAsTheyAre() throws Exception {
        // Such scripts are published for devd's action "/usr/local/sbin/carpcontrol.sh $subsystem $type" and ucarp -u,
        // -d.
        script(
                "carpcontrol.sh",
                "VHID=${1%%@*} IF=${1##*@}\ncase $2 in MASTER) echo promote $VHID $IF;; BACKUP) echo retire $VHID $IF;;"
                        + " esac >> " + directory + "/done");
        script("vip-up.sh", "/sbin/ip addr add \"$2/32\" dev \"$1\"\necho up $# >> " + directory + "/done");
        script("vip-down.sh", "/sbin/ip addr del \"$2/32\" dev \"$1\"\necho down $# >> " + directory + "/done");
        ours.web("advbase=2 binder.target=(carp.binder=script) upScript=" + directory + "/vip-up.sh downScript="
                + directory + "/vip-down.sh notifyScript=" + directory + "/carpcontrol.sh");
        awaitCall("carpcontrol.sh 7@eth0 MASTER");
        assertTrue(ours.has(VIP));
        ours.stop();
        assertEquals(List.of("down 2", "retire 7 eth0", "up 2", "promote 7 eth0", "down 2"), lines("done"));
        assertEquals(
                "carpcontrol.sh 7@eth0 INIT", lines("calls").get(lines("calls").size() - 1));
        BinderHost.await("the address is gone", () -> !ours.has(VIP));
    }
}
