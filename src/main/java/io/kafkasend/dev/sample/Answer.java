package io.kafkasend.dev.sample;

import io.kafkasend.dev.http.HttpExchange;
import io.kafkasend.dev.http.JsonObject;
import java.io.IOException;

/** What to send once the request's body has been read to its end. */
@FunctionalInterface
public interface Answer {

    /**
     * What was got as the request's body.
     *
     * @param size in bytes
     * @param sha256 its hash, in lower-case hexadecimal
     */
    record Got(long size, String sha256) {}

    /**
     * Sends it.
     *
     * @param exchange the request that it answers
     * @param got what was got as its body
     * @throws IOException if the connection is lost
     */
    void sendTo(HttpExchange exchange, Got got) throws IOException;

    /** A JSON object. */
    static Answer json(int status, JsonObject json) {
        return (exchange, got) -> exchange.sendJson(status, json);
    }

    /** So many bytes. */
    static Answer bytes(long size, HttpExchange.Content content) {
        Answer answer = (exchange, got) -> exchange.send(200, size, content);
        return answer.with("Content-Type", "application/octet-stream");
    }

    /** An error with its code and what is wrong. */
    static Answer error(int status, String error, String message) {
        return json(status, new JsonObject().put("error", error).put("message", message));
    }

    /** There is nothing at the path. */
    static Answer notFound() {
        return error(404, "not_found", "there is nothing at this path");
    }

    /**
     * The path is not for this method.
     *
     * @param allow those that it is for
     */
    static Answer notAllowed(String allow) {
        return error(405, "method_not_allowed", "allowed here: " + allow).with("Allow", allow);
    }

    /** The same with a header. */
    default Answer with(String header, String value) {
        return (exchange, got) -> {
            exchange.set(header, value);
            sendTo(exchange, got);
        };
    }
}
