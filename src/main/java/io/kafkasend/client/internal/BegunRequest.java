package io.kafkasend.client.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageReader;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request that a client began to send, perhaps another one: what it takes to go on with it under its own START. Immutable.
 *
 * @param start what the job began with
 * @param value START's record, byte for byte: the job is bound to its digest
 * @param secret what a CANCEL shows
 * @param partition where all of the job's records go
 * @param requestTopic likewise
 * @param answerTopic where its answer comes
 * @param since no part of the answer is older, by the clock of who began
 */
public record BegunRequest(
        RequestStart start,
        byte[] value,
        String secret,
        int partition,
        String requestTopic,
        String answerTopic,
        Instant since) {
    private static final int VERSION = 1;
    /** Fields of START that differ each time, or say how the job goes on and not what it is. */
    private static final Set<String> OF_THE_MOMENT = Set.of(
            "timeout_seconds",
            "expires_at",
            "stream_seconds",
            "content_encoding",
            "binary_frames",
            "accept",
            "traceparent",
            "total_chunks");

    private static final Set<String> OF_THE_BODY = Set.of("crc32", "total_bytes", "sha256");
    private static final JsonFactory JSON = new JsonFactory();

    /** Its job. */
    public JobId jobId() {
        return start.jobId();
    }

    /** Whether the job's time is over: a portal begins no call of it any more. */
    public boolean over(Instant now) {
        return start.expiresAt() != null && now.getEpochSecond() >= start.expiresAt();
    }

    /**
     * Refuses to go on with it under another request.
     *
     * @param now what a START of that one would be
     * @param where this is kept, for the line that says so
     * @throws IOException whose message says, for a user, what differs
     */
    public void requireSame(RequestStart now, String where) throws IOException {
        Optional<String> difference = now.differsIn(start, OF_THE_MOMENT);
        if (difference.isPresent()) {
            throw new IOException(
                    OF_THE_BODY.contains(difference.get())
                            ? "the body changed since its job " + jobId() + " was begun; put it back, or remove "
                                    + where + " to send it anew"
                            : "job " + jobId() + " was begun with another " + difference.get()
                                    + "; send that again, or remove " + where);
        }
    }

    /** What {@link #read} reads. */
    public String text() {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            json.writeStringField("job_id", jobId().value());
            json.writeStringField("start", Base64.getEncoder().encodeToString(value));
            json.writeStringField("secret", secret);
            json.writeNumberField("partition", partition);
            json.writeStringField("request_topic", requestTopic);
            json.writeStringField("answer_topic", answerTopic);
            json.writeStringField("since", since.toString());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /** What was kept; empty where that is not whole, as after a process that was killed before it sent anything, or not of this version. */
    public static Optional<BegunRequest> read(String text) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                fields.put(name, json.getText());
                json.skipChildren();
            }
            if (json.currentToken() != JsonToken.END_OBJECT
                    || !String.valueOf(VERSION).equals(fields.get("version"))) {
                return Optional.empty();
            }
            byte[] value = Base64.getDecoder().decode(fields.get("start"));
            return new MessageReader().readRequest(value) instanceof RequestStart start
                    ? Optional.of(new BegunRequest(
                            start,
                            value,
                            fields.get("secret"),
                            Integer.parseInt(fields.get("partition")),
                            fields.get("request_topic"),
                            fields.get("answer_topic"),
                            Instant.parse(fields.get("since"))))
                    : Optional.empty();
        } catch (IOException | ProtocolException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Names the job; not the secret. */
    @Override
    public String toString() {
        return "begun " + jobId();
    }
}
