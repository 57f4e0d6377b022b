package io.kafkasend.portal.observe;

import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.management.Buckets;
import io.kafkasend.management.Metrics;
import io.kafkasend.portal.body.BodyBudget;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.report.DeadLetters;
import io.kafkasend.portal.report.FailureReport;
import io.kafkasend.portal.requester.KnownClients;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What becomes of jobs: how many there are, how long each took in which stage, and what was refused. Recorded once a job. */
public final class JobMetrics {
    /** What jobs under way can be. */
    static final Set<Phase> STAGES = Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Phase.ENDED)));

    private final MeterRegistry registry;
    private final Labels labels;
    private final Tags messaging;
    private final Counter retries;
    /** Meters by what their labels say, made when they are first needed: to find them anew costs more than to count. */
    private final Map<Phase, Timer> stages = new ConcurrentHashMap<>();

    private final Map<String, Timer> outcomes = new ConcurrentHashMap<>();
    private final Map<Tag, Bytes> bytes = new ConcurrentHashMap<>();
    private final Map<Refused, Counter> refused = new ConcurrentHashMap<>();

    /** What is counted as one kind of refusals: both are of few words. */
    private record Refused(String reason, Tag client) {}

    /** What one client's jobs bring and take. */
    private record Bytes(DistributionSummary request, DistributionSummary answer) {}

    /**
     * @param metrics where they go
     * @param configuration how many calls may run, and whose requests these are
     * @param clients whose names may be shown
     * @param jobs tells of each job
     * @param bodies what jobs hold
     * @param failures tells of refusals
     * @param deadLetters tells of dead letters
     */
    public JobMetrics(
            Metrics metrics,
            PortalConfiguration configuration,
            KnownClients clients,
            Jobs jobs,
            BodyBudget bodies,
            FailureReport failures,
            DeadLetters deadLetters) {
        this.registry = metrics.registry();
        this.labels = new Labels(clients);
        PortalSettings settings = configuration.settings();
        this.messaging = Labels.messaging(settings.get(KafkaSettings.REQUEST_TOPIC))
                .and(
                        "messaging.operation.name",
                        "process",
                        "messaging.consumer.group.name",
                        settings.get(KafkaSettings.CONSUMER_GROUP));
        this.retries = Counter.builder("kafkasend.retries")
                .description("Requests to the API beyond the first of their jobs")
                .register(registry);
        gauges(jobs, bodies, configuration.maxConcurrentJobs());
        if (!configuration.hasManagementPort()) {
            return;
        }
        jobs.whenEnded((job, outcome) -> {
            if (!outcome.equals(JobOutcome.ELSEWHERE)) {
                ended(job, outcome.code());
            }
        });
        failures.whenRefused(this::refused);
        deadLetters.whenWritten(this::buried);
    }

    private void gauges(Jobs jobs, BodyBudget bodies, int slots) {
        for (Phase stage : STAGES) {
            Gauge.builder("kafkasend.jobs", jobs, open -> open.byPhase().get(stage))
                    .description("Jobs under way")
                    .tag("state", name(stage))
                    .register(registry);
        }
        Gauge.builder("kafkasend.work", jobs, open -> work(open.byPhase(), slots))
                .description("Jobs that wait or are called, for each call that may run: scale on this")
                .register(registry);
        Gauge.builder("kafkasend.buffered.bytes", bodies, BodyBudget::heldBytes)
                .description("Memory that unfinished requests take")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("kafkasend.spool.bytes", bodies, BodyBudget::spooledBytes)
                .description("Disk that unfinished requests take")
                .baseUnit("bytes")
                .register(registry);
    }

    /** The one number to scale on. */
    static double work(Map<Phase, Long> jobs, int slots) {
        return (double) (jobs.get(Phase.WAITING) + jobs.get(Phase.CALLING)) / slots;
    }

    private static String name(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    void ended(Job job, Optional<ErrorCode> failure) {
        Duration all = Duration.ZERO;
        for (Phase stage : STAGES) {
            Duration spent = job.time().spent(stage);
            all = all.plus(spent);
            if (!spent.isZero()) {
                stages.computeIfAbsent(stage, this::stage).record(spent);
            }
        }
        outcomes.computeIfAbsent(failure.map(ErrorCode::name).orElse(Labels.ABSENT), this::outcome)
                .record(all);
        Bytes ofClient = bytes.computeIfAbsent(labels.client(job.caller().clientId()), this::bytes);
        ofClient.request.record(job.body().received());
        ofClient.answer.record(job.tally().answerBytes());
        int again = job.tally().attempts() - 1;
        if (again > 0) {
            retries.increment(again);
        }
    }

    private Timer stage(Phase stage) {
        return Buckets.timer("kafkasend.stage.duration", "How long jobs were in each stage")
                .tag("stage", name(stage))
                .register(registry);
    }

    private Timer outcome(String error) {
        return Buckets.timer("messaging.process.duration", "How long jobs took from their START to their outcome")
                .tags(messaging)
                .tag("error.type", error)
                .register(registry);
    }

    private Bytes bytes(Tag client) {
        return new Bytes(bytes("request", client), bytes("answer", client));
    }

    private DistributionSummary bytes(String direction, Tag client) {
        return DistributionSummary.builder("kafkasend.body.bytes")
                .description("Bytes of requests' bodies, and of answers' records")
                .baseUnit("bytes")
                .tag("direction", direction)
                .tags(Tags.of(client))
                .register(registry);
    }

    void refused(String reason, Optional<String> signer) {
        refused.computeIfAbsent(new Refused(reason, labels.client(signer)), this::refused)
                .increment();
    }

    private Counter refused(Refused kind) {
        return Counter.builder("kafkasend.refused")
                .description("Requests and records that were refused")
                .tag("reason", kind.reason)
                .tags(Tags.of(kind.client))
                .register(registry);
    }

    private void buried(ErrorCode reason) {
        Counter.builder("kafkasend.deadletters")
                .description("Dead letters that were handed to the broker")
                .tag("error.type", reason.name())
                .register(registry)
                .increment();
    }
}
