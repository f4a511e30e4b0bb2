// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code etc/carp.track-<name>.cfg}: watches one thing, and demotes this node while it is missing. Everything
 * happens in turns: what DS asks for, and what a watch tells.
 *
 * <p>Neither activation nor modification fails because of a setting, since DS would not try again when the file is
 * corrected.
 */
@Component(
        service = {},
        configurationPid = "carp.track",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
public final class Track {
    private static final Logger LOG = LoggerFactory.getLogger(Track.class);

    private final Schedule schedule;
    private final BundleContext context;
    private final DemotionService demotion;
    private final NodeFinding refused;
    private final NodeFinding hanging;
    private final Turns turns = new Turns();

    private @Nullable TrackConfig config;
    private @Nullable CheckVerdict verdict;
    private @Nullable Watch watch;

    /** Begins to watch, or logs why it cannot. */
    @Activate
    public Track(@Reference CheckThreads threads, BundleContext context, Map<String, Object> properties) {
        this((Schedule) threads, context, properties);
    }

    Track(Schedule schedule, BundleContext context, Map<String, Object> properties) {
        this.schedule = schedule;
        this.context = context;
        this.demotion = new DemotionService(context);
        this.refused = new NodeFinding(context, "configuration");
        this.hanging = new NodeFinding(context, "track");
        modified(properties);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        turns.take(() -> configure(properties));
    }

    private void configure(Map<String, Object> properties) {
        TrackSource source = TrackSource.of(properties);
        try {
            source.check();
            apply(source.name(), TrackConfig.parse(source.name(), properties, context));
            refused.noLonger();
        } catch (ConfigurationRefused e) {
            String sentence = source.file() + ": " + e.getMessage()
                    + (config == null ? "; nothing is tracked" : "; the settings of before go on");
            LOG.error("carp: {}", sentence);
            refused.because(sentence);
        }
    }

    @Deactivate
    void deactivate() {
        turns.take(() -> {
            if (watch != null) {
                watch.close();
            }
            demotion.end();
            refused.noLonger();
        });
    }

    /**
     * Applies the settings. A demotion stays until the new watch has a result, since an edit alone is no reason to
     * change masters.
     */
    private void apply(String name, TrackConfig next) {
        CheckVerdict.State known = CheckVerdict.State.UNKNOWN;
        if (watch != null) {
            watch.close();
        }
        if (config != null && verdict != null && config.thing().equals(next.thing())) {
            known = verdict.state();
        }
        config = next;
        verdict = new CheckVerdict(known, next.rise(), next.fall());
        demotion.means(next.amount(), next.hosts());
        watch = watch(next, new Judge(name, next, verdict));
    }

    private Watch watch(TrackConfig next, Watch.Listener judge) {
        Filter services = next.services();
        return services != null
                ? new ServiceWatch(context, services, turns, judge)
                : new Poll(
                        Objects.requireNonNull(next.check()), next.interval(), next.timeout(), schedule, turns, judge);
    }

    /** Turns results into a verdict, and a verdict into a demotion. */
    private final class Judge implements Watch.Listener {
        private final String what;
        private final int amount;
        private final CheckVerdict verdict;

        Judge(String name, TrackConfig config, CheckVerdict verdict) {
            this.what = "track " + name + ": " + config.thing();
            this.amount = config.amount();
            this.verdict = verdict;
        }

        @Override
        public void heard(@Nullable String fault) {
            boolean changes = verdict.changesWith(fault == null);
            if (fault != null && verdict.state() == CheckVerdict.State.MISSING) {
                demotion.begin(what + ": " + fault); // This also changes the reason, which may be another one by now.
            } else if (changes) {
                demotion.end();
            }
            if (changes && fault == null) {
                LOG.info("carp: {}: fine", what);
            } else if (changes) {
                LOG.warn("carp: {}: {}; demoted by {}", what, fault, amount);
            }
        }

        @Override
        public void hangs(String where) {
            if (where.isEmpty()) {
                hanging.noLonger();
                return;
            }
            String sentence = what + ": the check does not come back, though it was interrupted, and is not asked again"
                    + " before it does; it is " + where;
            hanging.because(sentence);
            LOG.warn("carp: {}", sentence);
        }
    }
}
