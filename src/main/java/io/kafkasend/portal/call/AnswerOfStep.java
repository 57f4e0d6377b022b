package io.kafkasend.portal.call;

import io.kafkasend.http.InvalidAnswerException;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallEndedException;
import io.kafkasend.portal.job.JobState;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/**
 * The step {@code take-answer}, for changed routes: what stands on the message is the answer, as if the API had given it. Its status
 * is the header {@code CamelHttpResponseCode}, or 200. Headers that are as the request had them are the request's, and do not come
 * back; of the others, {@code vet-answer} lets those pass that the operator allows. The body is read while it is sent, and closed.
 * Thread-safe.
 */
public final class AnswerOfStep implements Processor {
    private static final int LEAST_STATUS = 200;
    private static final int MOST_STATUS = 599;

    /** A body to be read; the length is -1 where it is not known. */
    private record Content(InputStream stream, long length) {}

    /**
     * @throws CallEndedException when the job has ended meanwhile, or its time is over
     * @throws InvalidAnswerException when what stands there is no answer
     * @throws IOException when a file that is the body cannot be read
     */
    @Override
    public void process(Exchange exchange) throws IOException {
        JobExchange steps = JobExchange.of(exchange);
        if (steps.call() != null) {
            steps.call().leaveStep();
        }
        JobState state = steps.job().state();
        if (state.ended() || state.cancelled() || state.timedOut()) {
            throw new CallEndedException();
        }
        Message message = exchange.getMessage();
        ClassicHttpResponse response = new BasicClassicHttpResponse(status(message));
        message.getHeaders().forEach((name, value) -> {
            if (!name.regionMatches(true, 0, "Camel", 0, "Camel".length())
                    && !JobExchange.HEADERS.contains(name)
                    && !RequestForStep.isOwn(name, value, steps)) {
                add(response, name, value);
            }
        });
        if (message.getBody() instanceof String && !response.containsHeader(Exchange.CONTENT_TYPE)) {
            response.addHeader(Exchange.CONTENT_TYPE, "text/plain; charset=utf-8");
        }
        Content content = content(message);
        if (content != null) {
            response.setEntity(new InputStreamEntity(content.stream(), content.length(), null));
            closedAtEnd(exchange, steps, content.stream());
        }
        message.setBody(content == null ? null : content.stream());
        steps.answeredFromRequest(true); // whatever the step made of it may still read it
        steps.answer(new ApiAnswer(response));
    }

    private static int status(Message message) throws InvalidAnswerException {
        Object said = message.getHeader(Exchange.HTTP_RESPONSE_CODE);
        Integer status = said == null ? Integer.valueOf(LEAST_STATUS) : number(message);
        if (status == null || status < LEAST_STATUS || status > MOST_STATUS) {
            throw new InvalidAnswerException("CamelHttpResponseCode is "
                    + (status == null ? "no number" : status.toString()) + "; it takes " + LEAST_STATUS + " to "
                    + MOST_STATUS);
        }
        return status;
    }

    private static Integer number(Message message) {
        return message.getExchange()
                .getContext()
                .getTypeConverter()
                .tryConvertTo(Integer.class, message.getHeader(Exchange.HTTP_RESPONSE_CODE));
    }

    private static void add(ClassicHttpResponse response, String name, Object value) {
        if (value instanceof List<?> several) {
            several.forEach(one -> add(response, name, one));
        } else if (value != null) {
            response.addHeader(name, value.toString());
        }
    }

    private static void closedAtEnd(Exchange exchange, JobExchange steps, InputStream body) {
        if (steps.call() != null) {
            steps.call().step().answersFrom(body);
            steps.job().state().whenAborted(steps.call().step()::abort);
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                try {
                    body.close();
                } catch (IOException e) {
                    // Nothing more is read of it either way.
                }
            }
        });
    }

    private static Content content(Message message) throws IOException {
        Object body = message.getBody();
        if (body instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File file) {
            body = file;
        }
        if (body == null) {
            return null;
        }
        if (body instanceof byte[] bytes) {
            return new Content(new ByteArrayInputStream(bytes), bytes.length);
        }
        if (body instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return new Content(new ByteArrayInputStream(bytes), bytes.length);
        }
        if (body instanceof File file) {
            return of(file.toPath());
        }
        if (body instanceof Path file) {
            return of(file);
        }
        long length = -1;
        if (body instanceof StreamCache cache) {
            cache.reset();
            length = cache.length() > 0 ? cache.length() : -1;
        }
        InputStream stream = message.getBody(InputStream.class);
        if (stream == null) {
            throw new InvalidAnswerException(
                    "the body is a " + body.getClass().getName() + ", of which Camel makes no stream");
        }
        return new Content(stream, length);
    }

    private static Content of(Path file) throws IOException {
        InputStream stream = Files.newInputStream(file);
        return new Content(stream, Files.size(file));
    }
}
