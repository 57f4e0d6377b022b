package io.kafkasend.gateway.relay;

import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.HttpAnswer;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import io.kafkasend.gateway.stored.Preference;
import io.kafkasend.gateway.stored.Slot;
import io.kafkasend.gateway.stored.StoredJob;
import io.kafkasend.gateway.stored.StoredJobs;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code stored-job}: answers for jobs that callers have begun before, and ends the route then. A job is found by its caller
 * only, at any gateway. Thread-safe.
 */
public final class StoredAnswers implements Processor {
    private static final Pattern LOCATION = Pattern.compile(Pattern.quote(Slot.PATH) + "(" + Slot.FORM + ")");
    private static final long PATIENCE_SECONDS = 20;
    private static final int ACCEPTED = 202;

    private final StoredJobs jobs;
    private final PortalClient portals;
    private final Duration timeout;
    private final FetchedAnswers answers;

    /**
     * @param configuration how long a request may take
     * @param jobs those that callers may ask for
     * @param portals who answers
     */
    public StoredAnswers(GatewayConfiguration configuration, StoredJobs jobs, PortalClient portals) {
        this.jobs = jobs;
        this.portals = portals;
        this.timeout = configuration.timeout();
        this.answers = new FetchedAnswers(portals);
    }

    /** @throws RefusedException for a job that its caller has not begun, or that cannot be cancelled */
    @Override
    public void process(Exchange exchange) throws RefusedException {
        HttpCall call = HttpCall.of(exchange);
        if (!jobs.areKept() || !call.head().path().startsWith(Slot.PATH)) {
            return;
        }
        Matcher location = LOCATION.matcher(call.head().path());
        if (!location.matches()) {
            throw unknown();
        }
        StoredJob job = jobs.find(Slot.of(call.caller(), location.group(1)))
                .filter(found -> !found.withdrawn())
                .orElseThrow(StoredAnswers::unknown);
        call.asJob(job.receipt().jobId().value());
        switch (call.head().method()) {
            case "GET", "HEAD" -> tell(call, job);
            case "DELETE" -> cancel(call, job);
            default -> throw new RefusedException(GatewayError.BAD_REQUEST, "a job's place takes GET, HEAD and DELETE");
        }
        exchange.setRouteStop(true); // not before: a failure has steps of its own to go
    }

    private void tell(HttpCall call, StoredJob job) throws RefusedException {
        Preference preference = Preference.of(call.head());
        Duration wait = preference.patience().orElse(Duration.ZERO);
        Duration most = wait.compareTo(timeout) < 0 ? wait : timeout;
        answers.tell(call, job, most, call.head().path(), preference.applied(), true);
    }

    private void cancel(HttpCall call, StoredJob job) throws RefusedException {
        boolean told;
        try {
            told = portals.client().cancel(job.receipt()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(GatewayError.GATEWAY_STOPPING, "the request was given up");
        } catch (ExecutionException | TimeoutException e) {
            throw new RefusedException(GatewayError.KAFKA_UNAVAILABLE, "Kafka did not take the cancellation");
        }
        if (!told) {
            throw new RefusedException(
                    GatewayError.JOB_NOT_CANCELLED,
                    "the job has ended, or no portal has said anything of it yet and GATEWAY_MODERN_PORTALS is not true");
        }
        call.answer(new HttpAnswer(
                ACCEPTED, List.of(new HeaderField("Cache-Control", "no-store")), 0, InputStream.nullInputStream(), ""));
    }

    private static RefusedException unknown() {
        return new RefusedException(GatewayError.JOB_UNKNOWN, "nothing is known of it for this caller");
    }
}
