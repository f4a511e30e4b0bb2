// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.mastership.MastershipSettings;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Settings;
import io.carp.script.Scripts;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checked settings of one virtual host.
 *
 * @param networkInterface where it lives
 * @param settings what the rules depend on
 * @param digest made of vhid, pass and addresses. It holds the secret: whoever takes it over, or throws it away, wipes it
 * @param addresses what to bind, and how
 * @param hookTimeoutNanos how long consumers may delay us
 * @param bindInSpiteOfFailure {@code beforeFailure = bind}
 * @param deliveries where its advertisements go
 * @param start how it begins, and what it stays through
 * @param announcing how often the link is told who has the addresses
 * @param scripts what is run besides
 * @param warnings doubts that do not stop anything
 */
public record VirtualHostConfig(
        String networkInterface,
        Settings settings,
        AdvertisementDigest digest,
        Addresses addresses,
        long hookTimeoutNanos,
        boolean bindInSpiteOfFailure,
        Deliveries deliveries,
        StartOptions start,
        AnnounceConfig announcing,
        Scripts scripts,
        List<String> warnings) {

    /** The factory pid. */
    public static final String PID = "carp.vhost";

    public static final String TRANSPORT_TARGET = "transport.target";
    public static final String BINDER_TARGET = "binder.target";
    /** Longer than a backup of any kind needs from hearing our last word to its first advertisement. */
    private static final long SUCCESSOR_NANOS = 100_000_000;

    /**
     * From the first advertisement of a successor until our addresses go: it binds and announces meanwhile. With a virtual
     * MAC a switch would take one last answer of ours for its new place.
     */
    private static final long OVERLAP_NANOS = 5_000_000;

    private static final String VIRTUAL_MAC = "virtualMac";

    /** All keys of a virtual host but the two targets, which DS reads. */
    static final Set<String> KEYS = together(
            Set.of(
                    "interface",
                    "vhid",
                    "pass",
                    "passFile",
                    "virtualIps",
                    "advbase",
                    "advskew",
                    "preempt",
                    "deadRatio",
                    "lease",
                    "label",
                    VIRTUAL_MAC,
                    "hookTimeout",
                    "beforeFailure",
                    "digestOverlap"),
            Deliveries.KEYS,
            StartOptions.KEYS,
            PeerDialect.KEYS,
            AnnounceConfig.KEYS,
            ScriptsConfig.KEYS);

    private static final int USUAL_DEAD_RATIO = 3;
    private static final Pattern BLANK = Pattern.compile("\\s");

    @SafeVarargs
    private static Set<String> together(Set<String>... parts) {
        Set<String> all = new TreeSet<>();
        for (Set<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    /** Parses the map of one cfg file on top of the node-wide defaults. Reads passFile, so not on the loop. */
    public static VirtualHostConfig parse(String name, Map<String, ?> file, Map<String, ?> defaults, Path base)
            throws ConfigurationRefused {
        refuseUnknown(file);
        Map<String, Object> merged = new HashMap<>(defaults);
        if (file.containsKey("pass") || file.containsKey("passFile")) {
            merged.remove("pass"); // The file's own choice between the two replaces the node's.
            merged.remove("passFile");
        }
        Deliveries.override(merged, file);
        merged.putAll(file);
        CfgValues values = new CfgValues(merged);

        List<String> warnings = new ArrayList<>();
        String networkInterface = networkInterface(values);
        int vhid = values.integer("vhid", 1, 255, null);
        int advbase = values.integer("advbase", 0, 255, 1);
        PeerDialect dialect = PeerDialect.parse(values);
        boolean lease = values.bool("lease", true);
        // One second less than the patience of a peer, whatever our own deadRatio: so a dead node's address is gone
        // first.
        int leaseSeconds = lease ? Math.max(1, USUAL_DEAD_RATIO * advbase - 1) : 0;
        StartOptions start = StartOptions.parse(values);
        Settings settings = new Settings(
                vhid,
                advbase,
                values.integer("advskew", 0, 254, 0),
                values.bool("preempt", false),
                values.integer("deadRatio", 1, 255, USUAL_DEAD_RATIO),
                leaseSeconds,
                values.integer("digestOverlap", 0, 3600, 60),
                start.delays(),
                dialect.demotionStyle());
        SubSecond.doubt(settings, warnings);
        List<VirtualIp> virtualIps = virtualIps(values, networkInterface);
        Scripts scripts = ScriptsConfig.parse(values, base);
        boolean virtualMac = virtualMac(values);
        Addresses addresses = Addresses.of(name, networkInterface, vhid, virtualIps)
                .withLease(leaseSeconds)
                .withLabel(label(values))
                .withScripts(scripts.up(), scripts.down(), scripts.xparam(), scripts.timeoutMillis())
                .withNeutral(start.neutral())
                .withVirtualMac(virtualMac);
        int hookTimeout = values.integer("hookTimeout", 1, 3600, 5);
        boolean bindInSpiteOfFailure = bindInSpiteOfFailure(values);
        Deliveries deliveries = Deliveries.parse(values, networkInterface, vhid, virtualIps, virtualMac);
        AnnounceConfig announcing = AnnounceConfig.parse(values, advbase);
        byte[] key = Secret.read(values, base, warnings); // At last: a refusal leaves no key behind.
        AdvertisementDigest digest = digest(dialect, vhid, key, virtualIps);
        return new VirtualHostConfig(
                networkInterface,
                settings,
                digest,
                addresses,
                TimeUnit.SECONDS.toNanos(hookTimeout),
                bindInSpiteOfFailure,
                deliveries,
                start,
                announcing,
                scripts,
                List.copyOf(warnings));
    }

    /** Wipes the key. */
    private static AdvertisementDigest digest(PeerDialect dialect, int vhid, byte[] key, List<VirtualIp> virtualIps) {
        List<InetAddress> addresses =
                virtualIps.stream().map(VirtualIp::address).toList();
        AdvertisementDigest digest = dialect.digest(vhid, key, addresses);
        Arrays.fill(key, (byte) 0);
        return digest;
    }

    /** @param binderRunsScripts whether up and down are the binder's */
    public MastershipSettings mastership(boolean binderRunsScripts) {
        return new MastershipSettings(
                hookTimeoutNanos,
                bindInSpiteOfFailure,
                scripts,
                binderRunsScripts,
                start.neutral(),
                addresses.virtualIps(),
                SUCCESSOR_NANOS,
                addresses.virtualMac() ? 0 : OVERLAP_NANOS,
                announcing.count(),
                announcing.intervalNanos(),
                announcing.refreshNanos());
    }

    /** What makes it another virtual host: changing it means giving up and starting anew. */
    public boolean isSameHostAs(VirtualHostConfig other) {
        return networkInterface.equals(other.networkInterface)
                && settings.vhid() == other.settings.vhid()
                && addresses.virtualMac() == other.addresses.virtualMac();
    }

    /** {@code 7@eth0}. */
    public String subsystem() {
        return settings.vhid() + "@" + networkInterface;
    }

    private static String networkInterface(CfgValues values) throws ConfigurationRefused {
        String allowed = "the name of a network interface, 1..15 characters, such as eth0";
        String text = values.required("interface", allowed);
        if (text.length() > 15 && text.contains("@")) {
            allowed += "; drop what follows @, which is not part of the name";
        }
        if (text.length() > 15 || text.contains("/") || BLANK.matcher(text).find()) {
            throw ConfigurationRefused.of("interface", text, allowed);
        }
        return text;
    }

    private static List<VirtualIp> virtualIps(CfgValues values, String networkInterface) throws ConfigurationRefused {
        Set<VirtualIp> virtualIps = new LinkedHashSet<>();
        for (String item : values.list("virtualIps")) {
            virtualIps.add(IpLiteral.virtualIp("virtualIps", item, networkInterface));
        }
        long different = virtualIps.stream().map(VirtualIp::address).distinct().count();
        if (different < virtualIps.size()) {
            throw new ConfigurationRefused("virtualIps names an address twice with different prefix lengths");
        }
        String binder = values.text(BINDER_TARGET);
        if (virtualIps.isEmpty() && !isBinder(binder, "none")) {
            throw new ConfigurationRefused("virtualIps is missing: allowed is one address or more, separated by commas;"
                    + " none at all only with binder.target = (carp.binder=none)");
        }
        return List.copyOf(virtualIps);
    }

    /** Whether a filter names this binder, and not one whose name merely begins or ends so. */
    private static boolean isBinder(@Nullable String filter, String name) {
        return filter != null && filter.replaceAll("\\s", "").contains("(carp.binder=" + name + ")");
    }

    private static @Nullable String label(CfgValues values) throws ConfigurationRefused {
        String label = values.text("label");
        if (label != null && (label.length() > 15 || BLANK.matcher(label).find())) {
            throw ConfigurationRefused.of("label", label, "at most 15 characters without blanks, such as eth0:web");
        }
        return label;
    }

    /** Only the netlink binder makes interfaces. */
    private static boolean virtualMac(CfgValues values) throws ConfigurationRefused {
        boolean wanted = values.bool(VIRTUAL_MAC, false);
        String binder = values.text(BINDER_TARGET);
        if (wanted && binder != null && !isBinder(binder, "netlink")) {
            throw ConfigurationRefused.of(
                    VIRTUAL_MAC, "true", "false with another binder than binder.target = (carp.binder=netlink)");
        }
        return wanted;
    }

    private static boolean bindInSpiteOfFailure(CfgValues values) throws ConfigurationRefused {
        String text = values.text("beforeFailure");
        if (text == null || text.equals("stepDown")) {
            return false;
        }
        if (text.equals("bind")) {
            return true;
        }
        throw ConfigurationRefused.of("beforeFailure", text, "stepDown or bind");
    }

    private static void refuseUnknown(Map<String, ?> file) throws ConfigurationRefused {
        for (String key : new TreeSet<>(file.keySet())) {
            if (!KEYS.contains(key) && !isForTheFramework(key)) {
                String hint = Spelling.hint(key, KEYS);
                throw new ConfigurationRefused(
                        "unknown key " + key + (hint.isEmpty() ? ": allowed are " : hint + " Allowed are ")
                                + String.join(", ", KEYS) + ", " + BINDER_TARGET + ", " + TRANSPORT_TARGET);
            }
        }
    }

    static boolean isForTheFramework(String key) {
        return key.startsWith("service.")
                || key.startsWith("component.")
                || key.startsWith("felix.fileinstall.")
                || key.equals("org.apache.karaf.features.configKey")
                || key.equals(TRANSPORT_TARGET)
                || key.equals(BINDER_TARGET);
    }
}
