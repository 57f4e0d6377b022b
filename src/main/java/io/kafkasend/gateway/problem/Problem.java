package io.kafkasend.gateway.problem;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.security.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalInt;

/**
 * Why the bridge has no answer: a problem document as RFC 9457 has it, with the bridge's code. Immutable.
 *
 * @param status the HTTP status, 400 to 599
 * @param code an {@link ErrorCode}'s name, a {@link GatewayError}'s, or a newer portal's
 * @param title what the code means, in one sentence
 * @param detail what happened, in one line
 * @param retryable whether nothing was done, and the same request may pass later
 * @param retryAfterSeconds when to try again
 */
public record Problem(
        int status, String code, String title, String detail, boolean retryable, OptionalInt retryAfterSeconds) {
    /** The media type of {@link #json}. */
    public static final String TYPE = "application/problem+json";

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_DETAIL = 1000;

    /** Bounds the detail, and makes it printable. */
    public Problem {
        detail = Printable.of(detail, MOST_DETAIL);
    }

    /** What the gateway itself refuses. */
    public static Problem of(GatewayError error, String detail) {
        OptionalInt again = error.retryable() && error.status() != 400 ? OptionalInt.of(1) : OptionalInt.empty();
        return new Problem(error.status(), error.name(), error.meaning(), detail, error.retryable(), again);
    }

    /** What the SDK reports: a portal's failure under its own code, another under the gateway's. */
    public static Problem of(ClientException failure) {
        if (failure instanceof JobFailedException refused) {
            String code = refused.code().orElse(ErrorCode.INTERNAL_ERROR.name());
            return new Problem(
                    ErrorStatus.of(code, refused.retryable()),
                    code,
                    ErrorCode.named(code).map(ErrorCode::meaning).orElse("The portal reports a failure."),
                    refused.portalMessage(),
                    refused.retryable(),
                    refused.retryAfterSeconds());
        }
        return of(ErrorStatus.of(failure.kind()), String.valueOf(failure.getMessage()));
    }

    /**
     * The document.
     *
     * @param jobId the job; or null where there is none
     * @return UTF-8
     */
    public byte[] json(String jobId) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("type", "urn:kafkasend:error:" + code);
            json.writeStringField("title", title);
            json.writeNumberField("status", status);
            json.writeStringField("detail", detail);
            json.writeStringField("code", code);
            if (jobId != null) {
                json.writeStringField("job_id", jobId);
            }
            json.writeBooleanField("retryable", retryable);
            if (retryAfterSeconds.isPresent()) {
                json.writeNumberField("retry_after_seconds", retryAfterSeconds.getAsInt());
            }
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never into memory
        }
        return bytes.toByteArray();
    }
}
