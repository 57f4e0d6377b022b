package io.kafkasend.dev.sample;

import io.kafkasend.dev.http.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;

/** Everything that the sample API serves: which endpoint answers to a path and a method. Thread-safe. */
public final class SampleEndpoints implements AutoCloseable {
    /** The largest body of an answer, in bytes. */
    public static final long MAX_BYTES = DownloadEndpoints.MAX_BYTES;

    static final String PREFIX = "/api/v1/";
    private static final String HEALTH = "/health";

    private final boolean everyPath;
    private final UploadEndpoints uploads;
    private final EchoEndpoints echoes;
    private final StatusEndpoints statuses = new StatusEndpoints();
    private final EventEndpoints events = new EventEndpoints();
    private final CallCount count = new CallCount();

    /**
     * Endpoints of their own.
     *
     * @param everyPath whether all other paths answer with what they got, and not with 404
     * @param kept where uploads are kept
     */
    public SampleEndpoints(boolean everyPath, KeptUploads kept) {
        this.everyPath = everyPath;
        this.uploads = new UploadEndpoints(kept);
        this.echoes = new EchoEndpoints(kept);
    }

    /** Whether a request asks how the API is, for which it needs no token. */
    public static boolean isHealth(HttpExchange exchange) {
        return HEALTH.equals(exchange.uri().getRawPath());
    }

    /**
     * Finds the answer to a request; it may take as long as the request asks for.
     *
     * @param body the request's, which may be read to its end or not at all
     * @return what to send, 400 for a request that is wrong
     * @throws IOException if the connection is lost
     */
    public Answer answer(HttpExchange exchange, RequestBody body) throws IOException {
        try {
            return route(exchange, body);
        } catch (BadRequestException e) {
            return Answer.error(400, "bad_request", e.getMessage());
        }
    }

    /**
     * The text that {@code GET /api/v1/text} answers with.
     *
     * @param charset the character set
     * @param repeat how many times
     */
    public static String text(Charset charset, int repeat) {
        return DownloadEndpoints.text(charset, repeat);
    }

    /** Counts a call whose body has come. One that is to fail may well be repeated, and is left out. */
    public void count(HttpExchange exchange) {
        String target = exchange.target();
        if (!target.startsWith(PREFIX + "faulty/") && !target.startsWith(PREFIX + "status/")) {
            count.add(exchange.header("Idempotency-Key"));
        }
    }

    /** Ends the calls that wait. A second call does nothing. */
    @Override
    public void close() {
        statuses.close();
        events.close();
    }

    private Answer route(HttpExchange exchange, RequestBody body) throws IOException, BadRequestException {
        URI uri = exchange.uri();
        String path = uri.getRawPath();
        if (isHealth(exchange)) {
            return isRead(exchange.method()) ? StatusEndpoints.ok() : Answer.notAllowed("GET, HEAD");
        }
        if (path == null || !path.startsWith(PREFIX)) {
            return other(exchange, body);
        }
        String[] segments = path.substring(PREFIX.length()).split("/", -1);
        Query query = Query.of(uri.getRawQuery());
        String method = exchange.method();
        String resource = segments[0];
        if (segments.length == 1) {
            return switch (resource) {
                case "upload" -> method.equals("POST") ? uploads.upload(exchange, body) : Answer.notAllowed("POST");
                case "echo" -> EchoEndpoints.echo(exchange);
                case "discard" -> method.equals("POST") ? UploadEndpoints.discard(body) : Answer.notAllowed("POST");
                case "bulk" -> isRead(method) ? DownloadEndpoints.bulk(query) : Answer.notAllowed("GET, HEAD");
                case "hang" -> statuses.hang(body);
                case "status" -> isRead(method) ? StatusEndpoints.ok() : Answer.notAllowed("GET, HEAD");
                case "calls" -> isRead(method) ? count.answer() : Answer.notAllowed("GET, HEAD");
                case "slow" -> isRead(method) ? statuses.slow(query) : Answer.notAllowed("GET, HEAD");
                case "events" -> isRead(method) ? events.events(query) : Answer.notAllowed("GET, HEAD");
                case "text" -> isRead(method) ? DownloadEndpoints.text(query) : Answer.notAllowed("GET, HEAD");
                default -> other(exchange, body);
            };
        }
        if (segments.length == 2 && resource.equals("faulty")) {
            return FaultyEndpoints.named(segments[1], query);
        }
        if (segments.length == 2 && resource.equals("status")) {
            return StatusEndpoints.status(segments[1]);
        }
        if (segments.length == 2 && resource.equals("hang")) {
            return switch (segments[1]) {
                case "count" -> isRead(method) ? statuses.hanging() : Answer.notAllowed("GET, HEAD");
                case "release" -> method.equals("POST") ? statuses.release() : Answer.notAllowed("POST");
                default -> other(exchange, body);
            };
        }
        if (segments.length == 2 && resource.equals("documents") && !segments[1].isEmpty()) {
            return isRead(method)
                    ? DownloadEndpoints.document(Query.decode(segments[1].replace("+", "%2B")), query)
                    : Answer.notAllowed("GET, HEAD");
        }
        return other(exchange, body);
    }

    private Answer other(HttpExchange exchange, RequestBody body) throws IOException {
        return everyPath ? echoes.other(exchange, body) : Answer.notFound();
    }

    private static boolean isRead(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }
}
