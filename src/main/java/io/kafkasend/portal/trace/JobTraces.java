package io.kafkasend.portal.trace;

import io.kafkasend.config.TracingSettings;
import io.kafkasend.portal.call.ApiBreaker;
import io.kafkasend.portal.call.ApiRequest;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.net.URI;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has jobs traced, where a collector is set. Where none is, nothing of OpenTelemetry is loaded: it is named by {@link
 * FollowedJobs} alone. Thread-safe.
 */
public final class JobTraces {
    private static final Logger LOG = LoggerFactory.getLogger(JobTraces.class);

    private final PortalConfiguration configuration;
    private final Jobs jobs;
    private final ApiBreaker breaker;
    private final ApiRequest prepare;
    private Runnable end = () -> {};

    /**
     * @param configuration whether there is a collector, and which
     * @param jobs tells of each job
     * @param breaker tells of each request to the API
     * @param prepare makes these requests
     */
    public JobTraces(PortalConfiguration configuration, Jobs jobs, ApiBreaker breaker, ApiRequest prepare) {
        this.configuration = configuration;
        this.jobs = jobs;
        this.breaker = breaker;
        this.prepare = prepare;
    }

    /** Begins, if there is a collector. */
    public synchronized void start() {
        Optional<URI> target = TracingSettings.target(configuration.settings()::get);
        if (target.isEmpty() || configuration.isExport()) {
            return;
        }
        end = FollowedJobs.of(configuration, jobs, breaker, prepare)::close;
        LOG.atInfo()
                .addKeyValue("url", target.get())
                .addKeyValue("sampler", configuration.settings().get(TracingSettings.SAMPLER))
                .addKeyValue("most_per_second", configuration.settings().get(TracingSettings.PER_SECOND))
                .log("jobs are traced");
    }

    /** Exports what is left, if that is quick, and ends. */
    public synchronized void stop() {
        end.run();
        end = () -> {};
    }
}
