package io.kafkasend.portal.report;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.job.Turns;
import io.kafkasend.portal.kafka.KafkaHeader;
import io.kafkasend.portal.lifecycle.EnduringTask;
import io.kafkasend.portal.settings.AnswerReaders;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobStage;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.codec.MessageWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Tells clients that ask for it how far their jobs are. One thread looks at all jobs five times a second, and gives what is due
 * ({@link ToldStages}) to the route {@code tell-progress}; none of the threads that work on jobs has anything to do with it. Also
 * that route's step {@code word-status}. Thread-safe.
 */
public final class StageReport extends ServiceSupport implements Processor, CamelContextAware {
    private static final String ROUTE = "direct:tell-progress?block=false";
    private static final int LOOK_MILLIS = 200;
    /** So many at a look: others have their turn at the next one. */
    private static final int MOST = 100;

    private final MessageWriter writer = new MessageWriter();
    private final ToldStages told = new ToldStages();
    private final AnswerReaders readers;
    private final Jobs jobs;
    private final Turns turns;
    private final Consumer<Told> teller;
    private CamelContext context;
    private ScheduledThreadPoolExecutor timer;
    private Producer route;

    /**
     * @param configuration says who reads the answer topics
     * @param jobs the jobs under way
     * @param turns says how many are called before one that waits
     */
    public StageReport(PortalConfiguration configuration, Jobs jobs, Turns turns) {
        this.readers = AnswerReaders.of(configuration.settings());
        this.jobs = jobs;
        this.turns = turns;
        this.teller = this::give;
    }

    StageReport(PortalConfiguration configuration, Jobs jobs, Turns turns, Consumer<Told> teller) {
        this.readers = AnswerReaders.of(configuration.settings());
        this.jobs = jobs;
        this.turns = turns;
        this.teller = teller;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    protected synchronized void doStart() {
        if (timer == null) {
            timer = new ScheduledThreadPoolExecutor(1, new DaemonThreads("kafkasend-progress"));
            timer.scheduleWithFixedDelay(
                    new EnduringTask("tell clients how far their jobs are", this::look),
                    LOOK_MILLIS,
                    LOOK_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    @Override
    protected synchronized void doStop() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
    }

    private void look() {
        due(System.nanoTime()).forEach(teller);
    }

    /** A job, and what its client is to be told of it. */
    record Told(Job job, ResponseStatus status) {}

    /** What is to be told now; it counts as told. On one thread. */
    List<Told> due(long nanos) {
        Set<Job> wanting = new HashSet<>();
        jobs.underWayNow().stream().filter(this::wants).forEach(wanting::add);
        told.keep(wanting);
        List<Job> now = wanting.stream()
                .filter(job -> told.mayTell(job, job.time().sinceAdmitted(), comes(job), nanos))
                .limit(MOST)
                .toList();
        Map<Job, Integer> places =
                now.stream().anyMatch(job -> job.state().phase() == Phase.WAITING) ? turns.places() : Map.of();
        return now.stream()
                .filter(job -> !job.state().ended() && !job.state().cancelled())
                .map(job -> new Told(job, status(job, places.get(job))))
                .filter(one -> told.tell(one.job(), one.status(), nanos))
                .toList();
    }

    private boolean wants(Job job) {
        return job.start().transfer().readsProgress()
                && readers.of(job.start().transfer(), job.caller().replyTopic().isPresent())
                        .readsProgress();
    }

    private static boolean comes(Job job) {
        return job.state().phase() == Phase.ASSEMBLING && !job.body().whole();
    }

    private static ResponseStatus status(Job job, Integer place) {
        Phase phase = job.state().phase();
        JobStage stage = phase == Phase.ASSEMBLING && job.body().whole() ? JobStage.WAITING : stage(phase);
        long offset = job.records().startOffset(); // first: what is there may be more than what was at that record
        boolean accepted = stage == JobStage.ACCEPTED;
        boolean calling = stage == JobStage.CALLING;
        return new ResponseStatus(
                job.id(),
                stage.token(),
                job.time().spent(phase).toSeconds(),
                job.start().totalChunks(),
                accepted ? job.body().chunks() : null,
                accepted ? job.body().nextMissing() : null,
                accepted ? job.body().present() : null,
                offset,
                stage == JobStage.WAITING ? place : null,
                calling ? job.tally().awaits().orElse(null) : null,
                calling ? job.tally().attempts() : null,
                calling ? job.tally().failed().map(ErrorCode::name).orElse(null) : null,
                job.request());
    }

    private static JobStage stage(Phase phase) {
        return switch (phase) {
            case ASSEMBLING -> JobStage.ACCEPTED;
            case WAITING -> JobStage.WAITING;
            case CALLING -> JobStage.CALLING;
            case ANSWERING, ENDED -> JobStage.ANSWERING;
        };
    }

    private void give(Told one) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(one.status());
        JobExchange.of(exchange).told(one.job());
        try {
            if (route == null) {
                Producer made = context.getEndpoint(ROUTE).createProducer();
                made.start();
                route = made;
            }
            route.process(exchange); // what fails there, as while the routes are stopped, is not told
        } catch (Exception e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Makes a record of a status, for the topic of its client. */
    @Override
    public void process(Exchange exchange) {
        Job job = JobExchange.of(exchange).told();
        ResponseStatus status = exchange.getMessage().getBody(ResponseStatus.class);
        job.caller().replyTopic().ifPresent(topic -> exchange.getMessage()
                .setHeader(KafkaHeader.OVERRIDE_TOPIC, topic));
        exchange.getMessage().setHeader(KafkaHeader.KEY, job.id().key());
        exchange.getMessage().setBody(writer.write(status));
    }
}
