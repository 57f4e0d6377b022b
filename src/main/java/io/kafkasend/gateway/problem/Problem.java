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
import java.util.Map;
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
 * @param members what the document has beside these, by name
 */
public record Problem(
        int status,
        String code,
        String title,
        String detail,
        boolean retryable,
        OptionalInt retryAfterSeconds,
        Map<String, Long> members) {
    /** The media type of {@link #json}. */
    public static final String TYPE = "application/problem+json";

    /** Problems that others have, too, by their names in IANA's registry. */
    private static final Map<String, String> REGISTERED = Map.of(
            GatewayError.UPLOAD_OFFSET.name(), "mismatching-upload-offset",
            GatewayError.UPLOAD_COMPLETED.name(), "completed-upload",
            GatewayError.UPLOAD_LENGTH.name(), "inconsistent-upload-length");

    private static final String REGISTRY = "https://iana.org/assignments/http-problem-types#";

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_DETAIL = 1000;

    /** Bounds the detail, and makes it printable. */
    public Problem {
        detail = Printable.of(detail, MOST_DETAIL);
        members = Map.copyOf(members);
    }

    /** One with no more members. */
    public Problem(
            int status, String code, String title, String detail, boolean retryable, OptionalInt retryAfterSeconds) {
        this(status, code, title, detail, retryable, retryAfterSeconds, Map.of());
    }

    /** The same with more members. */
    public Problem with(Map<String, Long> more) {
        return new Problem(status, code, title, detail, retryable, retryAfterSeconds, more);
    }

    private String type() {
        String registered = REGISTERED.get(code);
        return registered == null ? "urn:kafkasend:error:" + code : REGISTRY + registered;
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
            json.writeStringField("type", type());
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
            for (Map.Entry<String, Long> member : members.entrySet()) {
                json.writeNumberField(member.getKey(), member.getValue());
            }
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never into memory
        }
        return bytes.toByteArray();
    }
}
