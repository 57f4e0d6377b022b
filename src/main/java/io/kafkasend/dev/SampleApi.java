package io.kafkasend.dev;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
 *   <li>{@code GET /api/v1/bulk?size=N&content=random|compressible}: N bytes of a {@link BulkBody}, random unless said
 *   <li>any method {@code /api/v1/hang}: the same as status, once {@code POST /api/v1/hang/release} has let all such
 *       calls go; a body is not read before. {@code GET /api/v1/hang/count} tells how many hang: {@code {"hanging":N}}
 *   <li>{@code GET /api/v1/slow?seconds=S}: the same as status, after S seconds (0 to 3600, fractions allowed)
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
    public static final long MAX_DOCUMENT_BYTES = 1L << 30;

    private static final Logger LOG = LoggerFactory.getLogger(SampleApi.class);

    private static final String PREFIX = "/api/v1/";
    private static final String HEALTH = "/health";
    private static final int MAX_CALLS = 10_000;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final String LATIN_TEXT = "Größe, naïve, façade, señor. ";
    private static final String WIDE_TEXT = "€ 漢字 😀 𝄞. ";

    private final Predicate<String> tokenIsValid; // null where none is needed
    private final KeptUploads kept;
    private final Deque<Call> calls = new ArrayDeque<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final HangingCalls hanging = new HangingCalls();
    private final DevHttpServer server;

    private SampleApi(String host, int port, Predicate<String> tokenIsValid, KeptUploads kept) {
        this.tokenIsValid = tokenIsValid;
        this.kept = kept;
        server = DevHttpServer.start("sample-api", host, port, this::handle);
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
        return new SampleApi(host, port, tokenIsValid, KeptUploads.in(uploads));
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
        return new SampleApi(host, port, null, KeptUploads.in(uploads));
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
        closed.countDown();
        hanging.release();
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
        return new Document(name, size);
    }

    /**
     * The hash of a document.
     *
     * @param name the document's name, not percent-encoded
     * @param size how many bytes, 0 or more
     * @return the SHA-256 of {@link #document}, in lower-case hexadecimal
     */
    public static String documentSha256(String name, long size) {
        MessageDigest digest = sha256();
        try (InputStream document = document(name, size);
                OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            document.transferTo(sink);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return hex(digest);
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
        StringBuilder once = new StringBuilder("Plain. ");
        for (String text : List.of(LATIN_TEXT, WIDE_TEXT)) {
            if (charset.canEncode() && charset.newEncoder().canEncode(text)) {
                once.append(text);
            }
        }
        return once.toString().repeat(repeat);
    }

    private void handle(Exchange exchange) throws IOException {
        boolean authorized = isAuthorized(exchange);
        MessageDigest digest = sha256();
        CountingStream body = new CountingStream(exchange, digest);
        Answer answer;
        try {
            answer = authorized ? route(exchange, body) : unauthorized(exchange);
        } catch (BadRequestException e) {
            answer = Answer.error(400, "bad_request", e.getMessage());
        }
        // To the end, whatever the answer, so that the call is listed with its size.
        body.transferTo(OutputStream.nullOutputStream());
        Call call = new Call(
                exchange.method(),
                exchange.target(),
                exchange.header("Idempotency-Key"),
                body.count,
                hex(digest),
                authorized);
        record(call);
        answer.sendTo(exchange, call);
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

    private boolean isAuthorized(Exchange exchange) {
        if (tokenIsValid == null || HEALTH.equals(exchange.uri().getRawPath())) {
            return true;
        }
        String token = bearerToken(exchange);
        return token != null && tokenIsValid.test(token);
    }

    private static String bearerToken(Exchange exchange) {
        List<String> values = exchange.headers("Authorization");
        if (values.size() != 1) {
            return null;
        }
        String[] parts = values.get(0).trim().split(" +", 2);
        return parts.length == 2 && parts[0].equalsIgnoreCase("Bearer") ? parts[1] : null;
    }

    private static Answer unauthorized(Exchange exchange) {
        boolean none = bearerToken(exchange) == null;
        return Answer.error(401, none ? "missing_token" : "invalid_token", "a valid Bearer token is required")
                .with("WWW-Authenticate", "Bearer realm=\"sample-api\"" + (none ? "" : ", error=\"invalid_token\""));
    }

    private Answer route(Exchange exchange, CountingStream body) throws IOException, BadRequestException {
        URI uri = exchange.uri();
        String path = uri.getRawPath();
        if (HEALTH.equals(path)) {
            return isRead(exchange.method()) ? status() : notAllowed("GET, HEAD");
        }
        if (path == null || !path.startsWith(PREFIX)) {
            return other(exchange, body);
        }
        String[] segments = path.substring(PREFIX.length()).split("/", -1);
        Map<String, String> query = query(uri.getRawQuery());
        String method = exchange.method();
        String resource = segments[0];
        if (segments.length == 1) {
            return switch (resource) {
                case "upload" -> method.equals("POST") ? upload(exchange, body) : notAllowed("POST");
                case "echo" -> echo(exchange);
                case "discard" -> method.equals("POST") ? discard(body) : notAllowed("POST");
                case "bulk" -> isRead(method) ? bulk(query) : notAllowed("GET, HEAD");
                case "hang" -> hang(body);
                case "status" -> isRead(method) ? status() : notAllowed("GET, HEAD");
                case "slow" -> isRead(method) ? slow(query) : notAllowed("GET, HEAD");
                case "text" -> isRead(method) ? text(query) : notAllowed("GET, HEAD");
                default -> other(exchange, body);
            };
        }
        if (segments.length == 2 && resource.equals("status")) {
            return status(segments[1]);
        }
        if (segments.length == 2 && resource.equals("hang")) {
            return switch (segments[1]) {
                case "count" ->
                    isRead(method)
                            ? Answer.json(200, new JsonObject().put("hanging", hanging.count()))
                            : notAllowed("GET, HEAD");
                case "release" ->
                    method.equals("POST")
                            ? Answer.json(200, new JsonObject().put("released", hanging.release()))
                            : notAllowed("POST");
                default -> other(exchange, body);
            };
        }
        if (segments.length == 2 && resource.equals("documents") && !segments[1].isEmpty()) {
            return isRead(method) ? document(decode(segments[1].replace("+", "%2B")), query) : notAllowed("GET, HEAD");
        }
        return other(exchange, body);
    }

    private static boolean isRead(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    private static Answer notFound() {
        return Answer.error(404, "not_found", "there is nothing at this path");
    }

    private static Answer notAllowed(String allow) {
        return Answer.error(405, "method_not_allowed", "allowed here: " + allow).with("Allow", allow);
    }

    private Answer upload(Exchange exchange, CountingStream body) throws IOException {
        try {
            File file = file(exchange, body);
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

    /** What was got, on a path of which nothing is known. */
    private Answer other(Exchange exchange, CountingStream body) throws IOException {
        if (tokenIsValid != null) {
            return notFound();
        }
        File file;
        try {
            file = file(exchange, body);
        } catch (MultipartFile.MalformedException e) {
            LOG.debug("A form that is more, or less, than a file cause={}", e.getMessage());
            file = null;
        }
        File whole = file;
        return (to, call) -> {
            JsonObject got = got(exchange, call).put("path", exchange.uri().getRawPath());
            if (whole != null && whole.name() != null) {
                got.put("filename", whole.name())
                        .put("content_type", whole.contentType())
                        .put("file_size", whole.size())
                        .put("file_sha256", whole.sha256());
            }
            to.sendJson(200, whole == null ? got : whole.keptIn(got));
        };
    }

    /**
     * A body, or the file of a form.
     *
     * @param name the file's; null for a body that is no form
     * @param kept the name under which it is kept; null where it is not
     */
    private record File(String name, String contentType, long size, String sha256, String kept) {
        JsonObject keptIn(JsonObject json) {
            return kept == null ? json : json.put("kept", kept);
        }
    }

    /** Reads a body to its end. */
    private File file(Exchange exchange, CountingStream body) throws IOException, MultipartFile.MalformedException {
        String contentType = exchange.header("Content-Type");
        String name = null;
        MessageDigest digest = sha256();
        try (KeptUploads.Upload upload = kept.begin()) {
            CountingSink sink = new CountingSink(digest, upload);
            if (contentType != null
                    && contentType
                            .split(";", 2)[0]
                            .trim()
                            .toLowerCase(Locale.ROOT)
                            .equals("multipart/form-data")) {
                MultipartFile file = MultipartFile.read(body, MultipartFile.boundaryOf(contentType), sink);
                name = file.filename();
                contentType = file.contentType();
            } else {
                body.transferTo(sink);
            }
            return new File(name, contentType, sink.count, hex(digest), sink.count == 0 ? null : upload.keep(name));
        }
    }

    private static Answer discard(CountingStream body) throws IOException {
        body.on(false);
        body.transferTo(OutputStream.nullOutputStream());
        return Answer.json(
                200,
                new JsonObject()
                        .put("size", body.count)
                        .put("received_at", Instant.now().toString()));
    }

    private static Answer bulk(Map<String, String> query) throws BadRequestException {
        long size = number("size", query.getOrDefault("size", "1024"), 0, MAX_DOCUMENT_BYTES);
        BulkBody content = BulkBody.named(query.getOrDefault("content", "random"))
                .orElseThrow(() -> new BadRequestException("content must be random or compressible"));
        return Answer.bytes(size, out -> content.writeTo(out, size));
    }

    private Answer hang(CountingStream body) {
        body.on(false);
        try {
            hanging.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return status();
    }

    private static Answer echo(Exchange exchange) {
        return (to, call) -> to.sendJson(200, got(exchange, call));
    }

    private static JsonObject got(Exchange exchange, Call call) {
        return new JsonObject()
                .put("method", call.method())
                .put("target", call.target())
                .put("headers", withoutToken(exchange.headers()))
                .put("size", call.bodySize())
                .put("sha256", call.bodySha256());
    }

    /** What was received, but for the token: an answer goes to a client that must never see it. */
    private static Map<String, List<String>> withoutToken(Map<String, List<String>> headers) {
        headers.computeIfPresent("Authorization", (name, value) -> List.of("***"));
        return headers;
    }

    private static Answer status() {
        return Answer.json(200, new JsonObject().put("status", "ok"));
    }

    private static Answer status(String segment) throws BadRequestException {
        int code = (int) number("the status", segment, 200, 599);
        Answer answer = Answer.json(code, new JsonObject().put("status", code));
        return REDIRECTS.contains(code) ? answer.with("Location", PREFIX + "status") : answer;
    }

    private Answer slow(Map<String, String> query) throws BadRequestException {
        long millis;
        try {
            millis = new BigDecimal(query.getOrDefault("seconds", "1"))
                    .movePointRight(3)
                    .longValue();
        } catch (NumberFormatException e) {
            millis = -1;
        }
        if (millis < 0 || millis > 3_600_000) {
            throw new BadRequestException("seconds must be 0 to 3600");
        }
        try {
            if (closed.await(millis, TimeUnit.MILLISECONDS)) {
                LOG.debug("A slow call ends early, since the API closes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return status();
    }

    private static Answer text(Map<String, String> query) throws BadRequestException {
        Charset charset;
        try {
            charset = Charset.forName(query.getOrDefault("charset", "UTF-8"));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new BadRequestException("the charset is not known");
        }
        if (!charset.canEncode()) {
            throw new BadRequestException("the charset cannot be written");
        }
        int repeat = (int) number("repeat", query.getOrDefault("repeat", "1"), 1, 100_000);
        byte[] all = text(charset, repeat).getBytes(charset);
        return (exchange, call) -> {
            exchange.set("Content-Type", "text/plain; charset=" + charset.name());
            exchange.send(200, all);
        };
    }

    private static Answer document(String name, Map<String, String> query) throws BadRequestException {
        long size = number("size", query.getOrDefault("size", "1024"), 0, MAX_DOCUMENT_BYTES);
        return Answer.bytes(size, out -> document(name, size).transferTo(out));
    }

    private static long number(String what, String text, long from, long to) throws BadRequestException {
        try {
            long number = Long.parseLong(text);
            if (number >= from && number <= to) {
                return number;
            }
        } catch (NumberFormatException e) {
            LOG.trace("Not a number", e);
        }
        throw new BadRequestException(what + " must be " + from + " to " + to);
    }

    private static Map<String, String> query(String raw) throws BadRequestException {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(decode(parts[0]), parts.length == 1 ? "" : decode(parts[1]));
            }
        }
        return query;
    }

    private static String decode(String encoded) throws BadRequestException {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("the target is not well encoded");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What to send once the request's body has been read to its end. */
    @FunctionalInterface
    private interface Answer {

        void sendTo(Exchange exchange, Call call) throws IOException;

        static Answer json(int status, JsonObject json) {
            return (exchange, call) -> exchange.sendJson(status, json);
        }

        static Answer bytes(long size, Exchange.Content content) {
            Answer answer = (exchange, call) -> exchange.send(200, size, content);
            return answer.with("Content-Type", "application/octet-stream");
        }

        static Answer error(int status, String error, String message) {
            return json(status, new JsonObject().put("error", error).put("message", message));
        }

        default Answer with(String header, String value) {
            return (exchange, call) -> {
                exchange.set(header, value);
                sendTo(exchange, call);
            };
        }
    }

    private static final class BadRequestException extends Exception {

        private static final long serialVersionUID = 1L;

        BadRequestException(String message) {
            super(message);
        }
    }

    private static final class CountingStream extends DigestInputStream {

        private final Exchange exchange;
        private long count;

        CountingStream(Exchange exchange, MessageDigest digest) {
            super(exchange.body(), digest);
            this.exchange = exchange;
        }

        /** As the JDK's, with a larger buffer: each read is a call of the system. */
        @Override
        public long transferTo(OutputStream out) throws IOException {
            long before = count;
            byte[] buffer = exchange.buffer();
            for (int read = read(buffer); read >= 0; read = read(buffer)) {
                out.write(buffer, 0, read);
            }
            return count - before;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }

    /** Counts and digests what goes on. */
    private static final class CountingSink extends OutputStream {

        private final MessageDigest digest;
        private final OutputStream on;
        private long count;

        CountingSink(MessageDigest digest, OutputStream on) {
            this.digest = digest;
            this.on = on;
        }

        @Override
        public void write(int b) throws IOException {
            digest.update((byte) b);
            on.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            digest.update(bytes, offset, length);
            on.write(bytes, offset, length);
            count += length;
        }
    }

    /** SplitMix64, seeded with the SHA-256 of the name. */
    private static final class Document extends InputStream {

        private long state;
        private long word;
        private int bytesInWord;
        private long remaining;

        Document(String name, long size) {
            if (size < 0) {
                throw new IllegalArgumentException("size must be 0 or more, not " + size);
            }
            for (byte b : sha256().digest(name.getBytes(StandardCharsets.UTF_8))) {
                state = state * 31 + b;
            }
            remaining = size;
        }

        @Override
        public int read() {
            if (remaining == 0) {
                return -1;
            }
            remaining--;
            return nextByte() & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            if (remaining == 0) {
                return -1;
            }
            int count = (int) Math.min(length, remaining);
            for (int i = offset; i < offset + count; i++) {
                bytes[i] = nextByte();
            }
            remaining -= count;
            return count;
        }

        private byte nextByte() {
            if (bytesInWord == 0) {
                state += 0x9E3779B97F4A7C15L;
                long z = state;
                z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
                z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
                word = z ^ (z >>> 31);
                bytesInWord = 8;
            }
            byte next = (byte) word;
            word >>>= 8;
            bytesInWord--;
            return next;
        }
    }
}
