package io.kafkasend.gateway.relay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.HttpAnswer;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.protocol.ResponseStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * That a job is under way, as 202 says it.
 *
 * @param location where its caller asks
 * @param stage how far it is, as far as a portal has said
 */
record Accepted(String location, Optional<ResponseStatus> stage) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int STATUS = 202;

    /**
     * Leaves it for the caller.
     *
     * @param applied what was done as the caller prefers; empty for nothing
     */
    void to(HttpCall call, String applied) {
        List<HeaderField> headers = new ArrayList<>(List.of(
                new HeaderField("Content-Type", "application/json"),
                new HeaderField("Cache-Control", "no-store"),
                new HeaderField("Location", location),
                new HeaderField("Retry-After", "1")));
        if (!applied.isEmpty()) {
            headers.add(new HeaderField("Preference-Applied", applied));
        }
        byte[] body = json(call.jobId());
        call.answer(new HttpAnswer(STATUS, headers, body.length, new ByteArrayInputStream(body), ""));
    }

    private byte[] json(String jobId) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("job_id", jobId);
            json.writeStringField("location", location);
            if (stage.isPresent()) {
                json.writeStringField("stage", stage.get().stage());
                json.writeNumberField("seconds", stage.get().seconds());
            }
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never into memory
        }
        return bytes.toByteArray();
    }
}
