package io.kafkasend.dev.sample;

import io.kafkasend.dev.http.HttpExchange;
import io.kafkasend.dev.http.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Endpoints that answer with what they got. Thread-safe. */
final class EchoEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(EchoEndpoints.class);

    private final KeptUploads kept;

    EchoEndpoints(KeptUploads kept) {
        this.kept = kept;
    }

    /** Method, target, headers, and what the body was. */
    static Answer echo(HttpExchange exchange) {
        return (to, got) -> to.sendJson(200, json(exchange, got));
    }

    /** The same on a path of which nothing is known, with the file of a form. */
    Answer other(HttpExchange exchange, RequestBody body) throws IOException {
        ReceivedFile file;
        try {
            file = ReceivedFile.read(exchange, body, kept);
        } catch (MultipartFile.MalformedException e) {
            LOG.debug("A form that is more, or less, than a file cause={}", e.getMessage());
            file = null;
        }
        ReceivedFile whole = file;
        return (to, got) -> {
            JsonObject json = json(exchange, got).put("path", exchange.uri().getRawPath());
            if (whole != null && whole.name() != null) {
                json.put("filename", whole.name())
                        .put("content_type", whole.contentType())
                        .put("file_size", whole.size())
                        .put("file_sha256", whole.sha256());
            }
            to.sendJson(200, whole == null ? json : whole.keptIn(json));
        };
    }

    private static JsonObject json(HttpExchange exchange, Answer.Got got) {
        return new JsonObject()
                .put("method", exchange.method())
                .put("target", exchange.target())
                .put("headers", withoutToken(exchange.headers()))
                .put("size", got.size())
                .put("sha256", got.sha256());
    }

    /** What was received, but for the token: an answer goes to a client that must never see it. */
    private static Map<String, List<String>> withoutToken(Map<String, List<String>> headers) {
        headers.computeIfPresent("Authorization", (name, value) -> List.of("***"));
        return headers;
    }
}
