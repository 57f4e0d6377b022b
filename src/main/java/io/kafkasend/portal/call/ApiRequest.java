package io.kafkasend.portal.call;

import io.kafkasend.config.ApiSettings;
import io.kafkasend.oauth.AccessToken;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.Form;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.security.Printable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpMethods;
import org.apache.hc.core5.http.HttpEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code prepare}: the HTTP request that the API will see, made of vetted parts only. Whatever else stood on the
 * message goes first, Camel's own control headers above all, since they would move the target. Where the request goes, the
 * {@link ApiClient} says. Thread-safe.
 */
public final class ApiRequest implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(ApiRequest.class);
    /** So many names are told; they come from the operator's own steps. */
    private static final int MOST_TOLD = 100;

    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final String formField;
    private volatile Function<Job, Optional<String>> traceparents = job -> Optional.empty();

    /**
     * @param configuration names the field of a form's file
     */
    public ApiRequest(PortalConfiguration configuration) {
        this.formField = configuration.settings().get(ApiSettings.MULTIPART_FIELD);
    }

    /** Registers who says, on the call's thread, what the API is told of a trace: a {@code traceparent}, or nothing. */
    public void whenPrepared(Function<Job, Optional<String>> traces) {
        traceparents = traces;
    }

    @Override
    public void process(Exchange exchange) {
        Job job = JobExchange.of(exchange).job();
        job.tally().awaits(ResponseStatus.API);
        RequestStart start = job.start();
        Message message = exchange.getMessage();
        if (exchange.getProperty(Exchange.SKIP_GZIP_ENCODING) == null) { // not those of an earlier attempt
            tellOfLost(message, JobExchange.of(exchange));
        }
        message.removeHeaders("*");
        JobExchange.of(exchange).vettedHeaders().forEach(message::setHeader);
        message.setHeader("Idempotency-Key", job.id().value());
        traceparents.apply(job).ifPresent(traceparent -> {
            message.removeHeader("tracestate"); // a client's own, of another step
            message.setHeader("traceparent", traceparent);
        });
        // As the producer's own type: from text Camel would look for a converter at each call, and find none.
        message.setHeader(
                Exchange.HTTP_METHOD, HttpMethods.valueOf(start.method().name()));
        AccessToken token = JobExchange.of(exchange).token();
        if (token != null) {
            message.setHeader("Authorization", token.authorizationHeader());
        }
        // The API's bytes go back as they are: Camel must not inflate them.
        exchange.setProperty(Exchange.SKIP_GZIP_ENCODING, Boolean.TRUE);
        message.setBody(entity(job, message.getHeader("Content-Type", String.class)));
    }

    /** A header that a step of the operator's set too early would go without a word. */
    private void tellOfLost(Message message, JobExchange steps) {
        List<String> lost = message.getHeaders().keySet().stream()
                .filter(name -> !JobExchange.HEADERS.contains(name) && !name.startsWith("Camel"))
                .filter(name -> !RequestForStep.isOwn(name, message.getHeader(name), steps))
                .filter(name -> told.size() < MOST_TOLD && told.add(name))
                .toList();
        if (!lost.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("names", Printable.of(String.join(", ", lost), 300))
                    .log("headers that a step set before prepare do not reach the API; set them after it");
        }
    }

    private HttpEntity entity(Job job, String contentTypeHeader) {
        RequestStart start = job.start();
        if (start.totalChunks() == 0 && !start.multipart() && !mayBeEmpty(start.method())) {
            return null;
        }
        if (start.multipart()) {
            Form form = start.form();
            String field = form.file() == null ? formField : form.file();
            return BodyEntity.multipart(
                    form.texts(),
                    field,
                    start.filename(),
                    start.contentType(),
                    job.body().store());
        }
        return BodyEntity.raw(
                start.contentType() != null ? start.contentType() : contentTypeHeader,
                job.body().store());
    }

    /** Whether a request with this method is sent with a body even if that is empty (RFC 9110 §8.6). */
    private static boolean mayBeEmpty(Method method) {
        return method == Method.POST || method == Method.PUT || method == Method.PATCH;
    }
}
