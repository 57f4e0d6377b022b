package io.kafkasend.gateway.relay;

import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.Request;
import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.HttpAnswer;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.protocol.Limits;
import java.util.ArrayList;
import java.util.List;
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

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private static final int FIRST_FINAL = 200;
    private static final int NOT_MODIFIED = 304;
    /** Of so many chunks a portal says at once that it has accepted their job. */
    private static final int LARGE_CHUNKS = 8;

    private final PortalClient portals;
    private final PortalVoice voice = new PortalVoice();

    /**
     * @param portals who answers
     */
    public Relay(PortalClient portals) {
        this.portals = portals;
    }

    /**
     * @throws ClientException where no answer begins
     * @throws RefusedException for one that HTTP has no place for
     */
    @Override
    public void process(Exchange exchange) throws RefusedException {
        HttpCall call = HttpCall.of(exchange);
        AnswerStream answer = open(call, exchange.getProperty(REQUEST, Request.class));
        call.whenGone(answer::close);
        if (answer.status() < FIRST_FINAL) {
            answer.close();
            throw new RefusedException(
                    GatewayError.ANSWER_UNFIT,
                    "the API answered with status " + answer.status() + ", which ends nothing");
        }
        boolean bodiless = call.head().method().equals("HEAD") || answer.status() == NOT_MODIFIED;
        List<HeaderField> headers = new ArrayList<>();
        for (String name : answer.headers().keySet()) {
            answer.headerValues(name).forEach(value -> headers.add(new HeaderField(name, value)));
        }
        List<HeaderField> passed = new ArrayList<>(PassedHeaders.of(headers, bodiless));
        if (!answer.droppedHeaders().isEmpty()) {
            passed.add(new HeaderField("KafkaSend-Dropped", String.join(", ", answer.droppedHeaders())));
        }
        call.answer(new HttpAnswer(answer.status(), passed, answer.length().orElse(-1), answer, ""));
    }

    private AnswerStream open(HttpCall call, Request request) throws RefusedException {
        Taking taking = new Taking(call.body());
        Acceptance acceptance = new Acceptance(voice, taking);
        if (call.body().isAwaited() && isLarge(call)) {
            call.body().sendWhen(acceptance);
        }
        AwaitedHead head = new AwaitedHead();
        call.whenGone(head::gone);
        taking.whenLate(head::late);
        try {
            return portals.client().open(request, acceptance);
        } catch (ClientException e) {
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

    private static boolean isLarge(HttpCall call) {
        return call.body().length().orElse(0) > (LARGE_CHUNKS - 1) * (long) Limits.FRAME_BYTES;
    }
}
