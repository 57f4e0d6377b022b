package io.kafkasend.dev.sample;

import io.kafkasend.dev.http.HttpExchange;
import io.kafkasend.dev.http.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;

/** Endpoints that take a body. Thread-safe. */
final class UploadEndpoints {
    private final KeptUploads kept;

    UploadEndpoints(KeptUploads kept) {
        this.kept = kept;
    }

    /** Takes a file, raw or in a form, and tells what it is. */
    Answer upload(HttpExchange exchange, RequestBody body) throws IOException {
        try {
            ReceivedFile file = ReceivedFile.read(exchange, body, kept);
            return Answer.json(
                    200,
                    file.keptIn(new JsonObject()
                            .put("filename", file.name())
                            .put("content_type", file.contentType())
                            .put("size", file.size())
                            .put("sha256", file.sha256())));
        } catch (MultipartFile.MalformedException e) {
            return Answer.error(400, "malformed_multipart", e.getMessage());
        }
    }

    /** Takes a body that is neither hashed nor kept, and tells when its last byte was read. */
    static Answer discard(RequestBody body) throws IOException {
        body.on(false);
        body.transferTo(OutputStream.nullOutputStream());
        return Answer.json(
                200,
                new JsonObject()
                        .put("size", body.count())
                        .put("received_at", Instant.now().toString()));
    }
}
