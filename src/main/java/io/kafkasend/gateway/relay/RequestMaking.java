package io.kafkasend.gateway.relay;

import io.kafkasend.client.Body;
import io.kafkasend.client.Request;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.http.PassedHeaders;
import io.kafkasend.gateway.http.RequestBody;
import io.kafkasend.gateway.http.RequestHead;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import io.kafkasend.gateway.stored.StoredJobs;
import io.kafkasend.gateway.upload.Upload;
import io.kafkasend.gateway.upload.Uploads;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.SecretHeaders;
import io.kafkasend.protocol.TraceContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code make-request}: a job's request out of the caller's. A body of known length is sent while it comes; another one, and
 * each that is signed, is kept in a file first, since START tells its length, and under a signature its checksum. Thread-safe.
 */
public final class RequestMaking implements Processor {
    private static final long MOST_BYTES = (long) Limits.CHUNKS * Limits.CHUNK_BYTES;
    private static final int MOST_TYPE = 255;

    private static final String CONTENT_TYPE = "Content-Type";
    private static final String PREFER = "Prefer";

    private final PortalClient portals;
    private final SecretHeaders secrets;
    private final Duration timeout;
    private final long mostKept;
    private final StoredJobs jobs;
    private final Duration asyncAfter;

    /**
     * @param configuration how long a request may take, and which of its headers are its caller's own
     * @param portals what they know
     * @param jobs those that callers may ask for later
     */
    public RequestMaking(GatewayConfiguration configuration, PortalClient portals, StoredJobs jobs) {
        this.jobs = jobs;
        this.asyncAfter = configuration.settings().get(GatewaySettings.ASYNC_AFTER);
        this.portals = portals;
        this.secrets = configuration.secretHeaders();
        this.timeout = configuration.timeout();
        this.mostKept = configuration.settings().get(GatewaySettings.SPOOL_BYTES);
    }

    /** @throws RefusedException for a request that the protocol cannot carry */
    @Override
    public void process(Exchange exchange) throws RefusedException {
        HttpCall call = HttpCall.of(exchange);
        JobId id = JobId.random();
        try {
            Optional<Upload> upload = Optional.ofNullable(exchange.getProperty(Uploads.COMPLETED, Upload.class));
            Optional<Later> later = upload.isPresent()
                    ? Optional.of(Later.ofUpload(call, upload.get(), jobs, asyncAfter))
                    : Later.of(call, jobs, asyncAfter);
            Request request = request(call, id, later, upload);
            exchange.setProperty(Relay.LATER, later.orElse(null));
            call.asJob(id.value());
            exchange.setProperty(Relay.REQUEST, request);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(GatewayError.BAD_REQUEST, e.getMessage());
        }
    }

    private Request request(HttpCall call, JobId id, Optional<Later> later, Optional<Upload> upload)
            throws RefusedException {
        RequestHead head = upload.map(Upload::request).orElse(call.head());
        Method method = Method.named(head.method())
                .orElseThrow(() -> new RefusedException(
                        GatewayError.METHOD_UNKNOWN,
                        "the protocol carries GET, POST, PUT, PATCH, DELETE, HEAD and OPTIONS"));
        if (head.target().length() > Limits.TEXT_CHARS) {
            throw new RefusedException(
                    GatewayError.URI_TOO_LONG, "path and query have over " + Limits.TEXT_CHARS + " characters");
        }
        RequestBody body = call.body();
        boolean empty = upload.isPresent()
                ? upload.get().offset() == 0
                : body.length().isPresent() && body.length().getAsLong() == 0;
        if (!empty && !method.mayHaveBody()) {
            throw new RefusedException(GatewayError.BAD_REQUEST, "a " + method + " request may not have a body");
        }
        boolean keyed = later.isPresent() && later.get().isKeyed();
        boolean passes = portals.passes(body, keyed);
        body.atMost(passes || upload.isPresent() ? MOST_BYTES : Math.min(MOST_BYTES, mostKept));
        if (body.length().orElse(0) > body.most()) {
            throw new RefusedException(GatewayError.BODY_TOO_LARGE, "the body has over " + body.most() + " bytes");
        }
        Request.Builder request = Request.builder()
                .method(method)
                .endpoint(head.target())
                .frames(portals.frames())
                .timeout(timeout)
                .jobId(id);
        List<HeaderField> passed = PassedHeaders.of(head, secrets);
        call.dropped(PassedHeaders.withheld(head, secrets));
        Optional<String> type = empty ? Optional.empty() : type(passed);
        type.ifPresent(request::contentType);
        traceparent(call.head())
                .filter(value -> !secrets.has(PassedHeaders.TRACEPARENT))
                .ifPresent(request::traceparent);
        for (HeaderField field : passed) {
            boolean own = later.isPresent() && (field.is(IdempotencyKey.HEADER) || field.is(PREFER));
            if (!own && (!field.is(CONTENT_TYPE) || type.isEmpty())) {
                request.addHeader(field.name(), field.value());
            }
        }
        if (!empty && upload.isPresent()) {
            request.body(Body.file(upload.get().data()));
        } else if (!empty) {
            request.body(
                    passes
                            ? Body.passing(body, body.length().getAsLong())
                            : Body.stream(keyed ? later.get().body() : body));
        }
        if (later.isPresent()) {
            request.onReceipt(later.get()::begins).outlives(later.get()::outlives);
            later.get().madeBy(request);
            Optional.of(later.get().preferencesOfApi())
                    .filter(rest -> !rest.isEmpty() && !secrets.has(PREFER))
                    .ifPresent(rest -> request.addHeader(PREFER, rest));
        }
        return request.build();
    }

    private static Optional<String> type(List<HeaderField> passed) {
        return passed.stream()
                .filter(field -> field.is(CONTENT_TYPE))
                .map(HeaderField::value)
                .findFirst()
                .filter(value -> value.length() <= MOST_TYPE);
    }

    /** What is none, or stands twice, is by the standard as if it were not there. */
    private static Optional<String> traceparent(RequestHead head) {
        List<HeaderField> given = head.headers().stream()
                .filter(field -> field.is(PassedHeaders.TRACEPARENT))
                .toList();
        return given.size() == 1
                ? Optional.of(given.get(0).value())
                        .filter(value -> TraceContext.parse(value).isPresent())
                : Optional.empty();
    }
}
