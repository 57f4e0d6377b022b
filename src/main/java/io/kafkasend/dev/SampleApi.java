package io.kafkasend.dev;

import io.kafkasend.dev.http.HttpExchange;
import io.kafkasend.dev.sample.Answer;
import io.kafkasend.dev.sample.KeptUploads;
import io.kafkasend.dev.sample.RequestBody;
import io.kafkasend.dev.sample.SampleDocument;
import io.kafkasend.dev.sample.SampleEndpoints;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A REST API to send requests to, for development and tests. Each request needs a valid Bearer token; without one the
 * answer is 401. An {@linkplain #open open} one needs none, and answers on every other path, too, with what it got. What it
 * serves, below {@link #url()}:
 *
 * <ul>
 *   <li>{@code GET /health}: {@code {"status":"ok"}}, without a token
 *   <li>{@code POST /api/v1/upload}: a raw body, or multipart/form-data with one part named {@code file}; answers
 *       {@code {"filename":..,"content_type":..,"size":..,"sha256":..}} about the file, or 400
 *   <li>{@code GET /api/v1/documents/{name}?size=N}: N bytes (0 to {@value #MAX_DOCUMENT_BYTES}, 1024 unless said),
 *       always the same for a name, see {@link #document} and {@link #documentSha256}
 *   <li>{@code GET /api/v1/status}: {@code {"status":"ok"}}
 *   <li>any method {@code /api/v1/status/{code}}: that status, 200 to 599; a redirect leads to {@code /api/v1/status}
 *   <li>{@code POST /api/v1/discard}: any body, not hashed, so that nothing but the way here is measured; answers
 *       {@code {"size":..,"received_at":..}}, the instant (RFC 3339, UTC) at which its last byte was read
 *   <li>{@code GET /api/v1/bulk?size=N&content=random|compressible}: N bytes of a {@link io.kafkasend.dev.sample.BulkBody}, random unless said
 *   <li>any method {@code /api/v1/hang}: the same as status, once {@code POST /api/v1/hang/release} has let all such
 *       calls go; a body is not read before. {@code GET /api/v1/hang/count} tells how many hang: {@code {"hanging":N}}
 *   <li>{@code GET /api/v1/slow?seconds=S}: the same as status, after S seconds (0 to 3600, fractions allowed)
 *   <li>{@code GET /api/v1/events?count=N&every=S}: N server-sent events (0 to 1,000,000, 10 unless said), one every S seconds (0 to
 *       3600, fractions allowed, 1 unless said), each with the instant (RFC 3339, UTC) at which it was sent
 *   <li>any method {@code /api/v1/faulty/reset}, {@code silent}, {@code cut}, {@code odd}, {@code corrupt}: a connection that is
 *       reset, or closed without an answer; a body that ends in its middle; a header of 1 MiB; and a document ({@code
 *       ?name=N&size=S}) with one wrong bit
 *   <li>{@code GET /api/v1/calls}: {@code {"calls":..,"repeated":..}}, how many calls came, without those to {@code faulty} and
 *       {@code status/}, and how many of them with an {@code Idempotency-Key} that was there before, of the last 100,000 keys
 *   <li>any method {@code /api/v1/echo}: method, target, headers, size and SHA-256 of the body as JSON
 *   <li>{@code GET /api/v1/text?charset=C&repeat=N}: text with non-ASCII characters in that character set (UTF-8 unless
 *       said), N times (1 to 100,000, once unless said), see {@link #text}
 *   <li>an open one, any method on any other path: as echo, with the path; of a form's file also {@code filename},
 *       {@code content_type}, {@code file_size} and {@code file_sha256}
 * </ul>
 *
 * <p>Bodies of uploads, and on other paths, are kept in a directory where there is one: a form's file as it is, else the body.
 * The answer has the new file's name as {@code kept}.
 *
 * <p>Bodies pass through in bounded memory. All methods are thread-safe.
 */
public final class SampleApi implements AutoCloseable {

    /** The largest document, in bytes. */
    public static final long MAX_DOCUMENT_BYTES = SampleEndpoints.MAX_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(SampleApi.class);

    private static final int MAX_CALLS = 10_000;

    private final Predicate<String> tokenIsValid; // null where none is needed
    private final SampleEndpoints endpoints;
    private final Deque<Call> calls = new ArrayDeque<>();
    private final DevHttpServer server;

    private SampleApi(String host, int port, Predicate<String> tokenIsValid, Path uploads) {
        this.tokenIsValid = tokenIsValid;
        endpoints = new SampleEndpoints(tokenIsValid == null, kept(uploads));
        server = DevHttpServer.start("sample-api", host, port, this::handle);
    }

    private static KeptUploads kept(Path uploads) {
        try {
            return KeptUploads.in(uploads);
        } catch (IOException e) {
            throw new StartException("uploads cannot be kept in " + uploads + ": " + e, e);
        }
    }

    /**
     * A call as it came in.
     *
     * @param method the HTTP method
     * @param target path and query exactly as received
     * @param idempotencyKey the {@code Idempotency-Key} header, or null
     * @param bodySize how many bytes the body had
     * @param bodySha256 the SHA-256 of the body, in lower-case hexadecimal; where the body was discarded, that of none
     * @param authorized whether it brought a valid token; if not, it was answered with 401
     */
    public record Call(
            String method,
            String target,
            String idempotencyKey,
            long bodySize,
            String bodySha256,
            boolean authorized) {}

    /**
     * Starts the API on a free port of 127.0.0.1.
     *
     * @param tokenIsValid decides about Bearer tokens, such as {@link TokenServer#isValid}; called on many threads
     * @return the API, ready for calls
     * @throws StartException if it cannot listen
     */
    public static SampleApi start(Predicate<String> tokenIsValid) {
        return start("127.0.0.1", 0, tokenIsValid);
    }

    /**
     * Starts the API.
     *
     * @param host the local name or address to listen on; {@code 0.0.0.0} means all
     * @param port 1 to 65535, or 0 for a free one
     * @param tokenIsValid decides about Bearer tokens, such as {@link TokenServer#isValid}; called on many threads
     * @return the API, ready for calls
     * @throws IllegalArgumentException if the port is out of range
     * @throws StartException if it cannot listen ("port 8080 is already in use")
     */
    public static SampleApi start(String host, int port, Predicate<String> tokenIsValid) {
        return start(host, port, tokenIsValid, null);
    }

    /**
     * Starts the API.
     *
     * @param host the local name or address to listen on; {@code 0.0.0.0} means all
     * @param port 1 to 65535, or 0 for a free one
     * @param tokenIsValid decides about Bearer tokens, such as {@link TokenServer#isValid}; called on many threads
     * @param uploads the directory in which bodies are kept; null for nowhere
     * @return the API, ready for calls
     * @throws IllegalArgumentException if the port is out of range
     * @throws StartException if it cannot listen, or not write to the directory
     */
    public static SampleApi start(String host, int port, Predicate<String> tokenIsValid, Path uploads) {
        Objects.requireNonNull(tokenIsValid, "tokenIsValid");
        return new SampleApi(host, port, tokenIsValid, uploads);
    }

    /**
     * Starts the API, which needs no token and answers on every path.
     *
     * @param host the local name or address to listen on; {@code 0.0.0.0} means all
     * @param port 1 to 65535, or 0 for a free one
     * @param uploads the directory in which bodies are kept; null for nowhere
     * @return the API, ready for calls
     * @throws IllegalArgumentException if the port is out of range
     * @throws StartException if it cannot listen, or not write to the directory
     */
    public static SampleApi open(String host, int port, Path uploads) {
        return new SampleApi(host, port, null, uploads);
    }

    /**
     * The base URL.
     *
     * @return scheme, host and port, without a slash at its end
     */
    public URI url() {
        return server.url();
    }

    /**
     * The API's port.
     *
     * @return 1 to 65535
     */
    public int port() {
        return server.port();
    }

    /**
     * What came in, in the order in which the bodies were complete. A call is listed before its answer is sent.
     *
     * @return a snapshot of the last 10,000 calls, oldest first
     */
    public List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    /** Forgets the calls so far. */
    public void clearCalls() {
        synchronized (calls) {
            calls.clear();
        }
    }

    /** Stops the API; slow calls end at once. A second call does nothing. */
    @Override
    public void close() {
        endpoints.close();
        server.close();
    }

    /**
     * The bytes that {@code GET /api/v1/documents/{name}?size=N} answers with: pseudo-random, not compressible, the
     * same on every machine.
     *
     * @param name the document's name, not percent-encoded
     * @param size how many bytes, 0 or more
     * @return the document, made while it is read; not thread-safe
     */
    public static InputStream document(String name, long size) {
        return new SampleDocument(name, size);
    }

    /**
     * The hash of a document.
     *
     * @param name the document's name, not percent-encoded
     * @param size how many bytes, 0 or more
     * @return the SHA-256 of {@link #document}, in lower-case hexadecimal
     */
    public static String documentSha256(String name, long size) {
        return SampleDocument.sha256(name, size);
    }

    /**
     * The text that {@code GET /api/v1/text} answers with: of non-ASCII characters those that the character set has,
     * in UTF-8 also such as take four bytes.
     *
     * @param charset the character set
     * @param repeat how many times
     * @return the text
     */
    public static String text(Charset charset, int repeat) {
        return SampleEndpoints.text(charset, repeat);
    }

    private void handle(HttpExchange exchange) throws IOException {
        boolean authorized = isAuthorized(exchange);
        RequestBody body = new RequestBody(exchange);
        Answer answer = authorized ? endpoints.answer(exchange, body) : unauthorized(exchange);
        // To the end, whatever the answer, so that the call is listed with its size.
        body.transferTo(OutputStream.nullOutputStream());
        Call call = new Call(
                exchange.method(),
                exchange.target(),
                exchange.header("Idempotency-Key"),
                body.count(),
                body.sha256(),
                authorized);
        record(call);
        endpoints.count(exchange);
        answer.sendTo(exchange, new Answer.Got(call.bodySize(), call.bodySha256()));
    }

    private void record(Call call) {
        LOG.debug(
                "Called method={} target={} bodySize={} authorized={}",
                call.method(),
                call.target(),
                call.bodySize(),
                call.authorized());
        synchronized (calls) {
            if (calls.size() == MAX_CALLS) {
                calls.removeFirst();
            }
            calls.addLast(call);
        }
    }

    private boolean isAuthorized(HttpExchange exchange) {
        if (tokenIsValid == null || SampleEndpoints.isHealth(exchange)) {
            return true;
        }
        String token = bearerToken(exchange);
        return token != null && tokenIsValid.test(token);
    }

    private static String bearerToken(HttpExchange exchange) {
        List<String> values = exchange.headers("Authorization");
        if (values.size() != 1) {
            return null;
        }
        String[] parts = values.get(0).trim().split(" +", 2);
        return parts.length == 2 && parts[0].equalsIgnoreCase("Bearer") ? parts[1] : null;
    }

    private static Answer unauthorized(HttpExchange exchange) {
        boolean none = bearerToken(exchange) == null;
        return Answer.error(401, none ? "missing_token" : "invalid_token", "a valid Bearer token is required")
                .with("WWW-Authenticate", "Bearer realm=\"sample-api\"" + (none ? "" : ", error=\"invalid_token\""));
    }
}
