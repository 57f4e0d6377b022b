package io.kafkasend.gateway.stored;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kafkasend.client.Receipt;
import io.kafkasend.protocol.JobId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the topic of jobs has of one. Immutable.
 *
 * @param place the slot's
 * @param after the offset of the job that it follows at that place; -1 where it is the first
 * @param fingerprint of method, target and body, 64 hexadecimal digits; empty where nothing is compared
 * @param withdrawn whether it was not sent, and another one may take its place
 * @param receipt by which its answer is fetched
 * @param offset where it lies in the topic; -1 before it does
 */
public record StoredJob(String place, long after, String fingerprint, boolean withdrawn, Receipt receipt, long offset) {
    /** No offset. */
    public static final long NONE = -1;

    private static final JsonFactory JSON = new JsonFactory();

    /** Whether another record is of the same job, perhaps as another gateway began it. */
    public boolean isOf(StoredJob other) {
        return receipt.jobId().equals(other.receipt.jobId());
    }

    /** Whether another record is of the same START. */
    public boolean isOfStart(StoredJob other) {
        return isOf(other) && receipt.requestSha256().equals(other.receipt.requestSha256());
    }

    /** Whether the record is the same. */
    public boolean isAt(StoredJob other) {
        return offset == other.offset;
    }

    /** The same job after another that holds its place. */
    public StoredJob following(StoredJob holder) {
        return new StoredJob(place, holder.offset, fingerprint, false, receipt, NONE);
    }

    /** What takes it back where it lies. */
    StoredJob withdrawal() {
        return new StoredJob(place, offset, fingerprint, true, receipt, NONE);
    }

    /** The record's value. */
    byte[] value() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("v", "1");
            json.writeStringField("after", Long.toString(after));
            json.writeStringField("fingerprint", fingerprint);
            if (withdrawn) {
                json.writeStringField("withdrawn", "1");
            }
            json.writeStringField("job_id", receipt.jobId().value());
            json.writeStringField("request_sha256", receipt.requestSha256());
            json.writeStringField("secret", receipt.secret());
            json.writeStringField("topic", receipt.topic());
            json.writeStringField("since", Long.toString(receipt.since().toEpochMilli()));
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a record.
     *
     * @return empty for what is none
     */
    static Optional<StoredJob> of(String place, byte[] value, long offset) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(value)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() != JsonToken.VALUE_STRING) {
                    return Optional.empty();
                }
                fields.put(name, json.getText());
            }
            Optional<JobId> id = JobId.parse(fields.getOrDefault("job_id", ""));
            if (id.isEmpty() || !"1".equals(fields.get("v"))) {
                return Optional.empty();
            }
            Receipt receipt = new Receipt(
                    id.get(),
                    fields.get("request_sha256"),
                    fields.get("secret"),
                    fields.get("topic"),
                    Instant.ofEpochMilli(Long.parseLong(fields.getOrDefault("since", ""))));
            return Optional.of(new StoredJob(
                    place,
                    Long.parseLong(fields.getOrDefault("after", "")),
                    fields.getOrDefault("fingerprint", ""),
                    fields.containsKey("withdrawn"),
                    receipt,
                    offset));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "stored " + receipt;
    }
}
