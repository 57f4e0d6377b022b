package io.kafkasend.portal.observe;

import io.kafkasend.kafka.OfferedMetrics;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.kafka.KafkaClients;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import java.util.Locale;
import java.util.Map;

/**
 * The few of the portal's figures that Kafka's operator may have of the broker, beside those of its Kafka clients: they go by the
 * consumer, where the operator has subscribed to them. Thread-safe.
 */
public final class OfferedFigures {
    /**
     * @param clients whose consumer they go by
     * @param configuration how many calls may run
     * @param jobs what they tell of
     */
    public OfferedFigures(KafkaClients clients, PortalConfiguration configuration, Jobs jobs) {
        OfferedMetrics offered = new OfferedMetrics("kafkasend-portal");
        int slots = configuration.maxConcurrentJobs();
        offered.gauge(
                "work",
                "Jobs that wait or are called, for each call that may run",
                Map.of(),
                () -> JobMetrics.work(jobs.byPhase(), slots));
        for (Phase stage : JobMetrics.STAGES) {
            String name = stage.name().toLowerCase(Locale.ROOT);
            offered.gauge("jobs", "Jobs under way", Map.of("state", name), () -> jobs.byPhase()
                    .get(stage));
        }
        OfferedMetrics.ByError ended = offered.new ByError("job-total", "Jobs that had their outcome");
        jobs.whenEnded((job, outcome) -> {
            if (!outcome.equals(JobOutcome.ELSEWHERE)) {
                ended.count(outcome.code().map(ErrorCode::name).orElse(Labels.ABSENT));
            }
        });
        clients.whenReading(consumer -> offered.by(consumer::registerMetricForSubscription));
    }
}
