package io.kafkasend.gateway.relay;

import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.Request;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code relay}: sends the job, waits for the head of its answer, and leaves it with the body to be read as it comes. A caller
 * that goes away before ends the job. Thread-safe.
 */
public final class Relay implements Processor {
    /** The exchange's property with the job's request. */
    static final String REQUEST = "kafkasend-request";

    /** That with what ties it to later requests. */
    static final String LATER = "kafkasend-later";

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /** Of so many chunks a portal says at once that it has accepted their job. */
    private static final int LARGE_CHUNKS = 8;

    /** So long a caller may be left waiting for a portal's leave to send; most do not wait so long, and send at last. */
    private static final long PATIENCE_MILLIS = 30_000;

    /** The same where it may be that no portal ever says so. */
    private static final long PATIENCE_WITH_OLD_MILLIS = 2_000;

    private final PortalClient portals;
    private final LostJobs lost;
    private final KeyedAnswers keyed;
    private final PortalVoice voice;

    /**
     * @param configuration how long a request may take
     * @param portals who answers
     */
    public Relay(GatewayConfiguration configuration, PortalClient portals) {
        this.portals = portals;
        this.voice = new PortalVoice(portals.isTold() ? PATIENCE_MILLIS : PATIENCE_WITH_OLD_MILLIS);
        this.lost = new LostJobs(portals.sent(), configuration.timeout());
        this.keyed = new KeyedAnswers(portals, lost, configuration.timeout());
    }

    /**
     * @throws ClientException where no answer begins
     * @throws RefusedException for one that HTTP has no place for
     */
    @Override
    public void process(Exchange exchange) throws RefusedException {
        HttpCall call = HttpCall.of(exchange);
        Request request = exchange.getProperty(REQUEST, Request.class);
        Optional<Later> later = Optional.ofNullable(exchange.getProperty(LATER, Later.class));
        if (later.isPresent() && later.get().isKeyed()) {
            underKey(call, request, later.get());
        } else {
            pass(call, request, later);
        }
    }

    /** Of requests under one key one is sent, by whatever gateway; the others have its answer. */
    private void underKey(HttpCall call, Request made, Later later) throws RefusedException {
        if (keyed.answers(call, later)) {
            return;
        }
        Request request = later.request(made);
        JobId id = request.jobId().orElseThrow();
        lost.begins(id); // which one that is taken over is already
        call.asJob(id.value());
        try {
            pass(call, request, Optional.of(later));
        } catch (ClientException e) {
            lost.begun(id);
            if (e.getCause() instanceof NotSentException notSent) {
                keyed.replay(call, later, notSent.holder().orElseThrow(notSent::refusal));
            } else if (later.isNotFirst() || KeyedAnswers.isOfAnotherStart(e)) {
                keyed.replayFirst(call, later, e);
            } else {
                throw e;
            }
        } finally {
            lost.begun(id);
        }
    }

    private void pass(HttpCall call, Request request, Optional<Later> later) throws RefusedException {
        String applied = later.map(Later::applied).orElse("");
        Optional<AnswerStream> answer = open(call, request, later);
        if (answer.isPresent()) {
            new PassedAnswer(answer.get()).to(call, applied);
        } else {
            new Accepted(later.orElseThrow().location(), Optional.empty()).to(call, applied);
        }
    }

    /** The answer; empty where the caller has waited long enough, and its job goes on. */
    private Optional<AnswerStream> open(HttpCall call, Request request, Optional<Later> later) throws RefusedException {
        Taking taking = new Taking(call.body());
        AwaitedHead head = new AwaitedHead();
        Acceptance acceptance = new Acceptance(
                voice,
                taking,
                () -> later.ifPresent(known -> {
                    known.sent();
                    leaveLater(known, head);
                    if (known.isKeyed()) {
                        lost.isThere(known.receipt());
                        lost.begun(known.receipt().jobId());
                        keyed.doubtLater(known, head);
                    }
                }),
                () -> later.ifPresent(Later::heard));
        boolean keyed = later.isPresent() && later.get().isKeyed();
        if (call.body().isAwaited() && isLarge(call) && portals.passes(call.body(), keyed)) {
            call.body().sendWhen(acceptance);
        }
        call.whenGone(head::gone);
        taking.whenLate(head::late);
        try {
            AnswerStream answer = portals.client().open(request, acceptance);
            acceptance.answered();
            return Optional.of(answer);
        } catch (ClientException e) {
            if (head.isEnough()) {
                return Optional.empty();
            }
            if (call.body().isTooLong()) {
                throw new RefusedException(
                        GatewayError.BODY_TOO_LARGE,
                        "the body has over " + call.body().most() + " bytes, the most that this gateway keeps");
            }
            if (head.isLate()) {
                throw new ClientException(
                        Kind.NO_BROKER,
                        request.jobId().orElse(null),
                        "Kafka at " + portals.bootstrapServers() + " has not taken the request within "
                                + taking.patienceSeconds() + " s; it may do so yet",
                        e);
            }
            if (e.kind() == Kind.BODY && !call.body().isBroken()) {
                LOG.atWarn()
                        .addKeyValue("job_id", call.jobId())
                        .addKeyValue("reason", e.getMessage())
                        .log("a request's body cannot be kept");
                throw new RefusedException(
                        GatewayError.KEEPING_FAILED, "the disk on which the gateway keeps bodies is full, or fails");
            }
            throw e;
        } finally {
            taking.over();
            head.over();
        }
    }

    /** Kafka has the request: what its caller wants to wait begins. It is left only once its job can be found. */
    private static void leaveLater(Later later, AwaitedHead head) {
        later.patience()
                .ifPresent(patience -> CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> later.keep().thenAccept(kept -> {
                            if (kept) {
                                head.enough(later::leave);
                            }
                        })));
    }

    private static boolean isLarge(HttpCall call) {
        return call.body().length().orElse(0) > (LARGE_CHUNKS - 1) * (long) Limits.FRAME_BYTES;
    }
}
