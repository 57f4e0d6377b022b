package io.kafkasend.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Requests that two parsers may read in two ways: the families that public collections of them have (smuggler, http-garden, llhttp's
 * tests, RFC 9112 §11), made anew here, byte by byte where a byte is the matter. Each hides a request for a path that no policy allows.
 */
final class AmbiguousRequests {
    /** What must never be asked of the API. */
    static final String HIDDEN = "/admin/smuggled";

    private static final String HIDDEN_REQUEST = "GET " + HIDDEN + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String PATH = "/api/v1/x";
    private static final String CHUNKED_BODY = "0\r\n\r\n" + HIDDEN_REQUEST;
    private static final int MUTATIONS = 1_000;

    private final List<String> requests = new ArrayList<>();

    private AmbiguousRequests() {}

    /** All of them, each as ISO-8859-1. */
    static List<String> all() {
        AmbiguousRequests all = new AmbiguousRequests();
        all.transferEncodings();
        all.contentLengths();
        all.chunks();
        all.requestLines();
        all.otherFields();
        all.mutations();
        return List.copyOf(all.requests);
    }

    private void add(String head, String body) {
        requests.add(head + "\r\n\r\n" + body);
    }

    private static List<Character> oddBytes() {
        List<Character> odd = new ArrayList<>();
        for (char c = 0; c <= 0xFF; c++) {
            if (c <= 0x20 || c >= 0x7F || "\"'(),/:;<=>?@[\\]{}+-_.".indexOf(c) >= 0) {
                odd.add(c);
            }
        }
        return odd;
    }

    private void transferEncodings() {
        List<String> fields = new ArrayList<>(List.of(
                "Transfer-Encoding: chunked",
                " Transfer-Encoding: chunked",
                "Transfer-Encoding:\tchunked",
                "Transfer-Encoding\t:\tchunked",
                "Transfer Encoding: chunked",
                "Transfer_Encoding: chunked",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: 'chunked'",
                "Transfer-Encoding: chunk",
                "Transfer-Encoding: chunked chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: ,chunked",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding:",
                "Transfer-Encoding: x chunked y",
                "Transfer-Encoding:\n chunked",
                "Transfer-Encoding:\r\n chunked",
                "Transfer-Encoding: \r\n\tchunked",
                "tRANSFER-eNCODING: ChUnKeD",
                "Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "X: y\rTransfer-Encoding: chunked",
                "X: y\nTransfer-Encoding: chunked",
                "TE: chunked",
                "Content-Encoding: chunked",
                "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked"));
        for (char odd : oddBytes()) {
            fields.add("Transfer-Encoding:" + odd + "chunked");
            fields.add("Transfer-Encoding" + odd + ": chunked");
            fields.add(odd + "Transfer-Encoding: chunked");
            fields.add("Transfer-Encoding: chunked" + odd);
            fields.add("Transfer" + odd + "Encoding: chunked");
            fields.add("X: X" + odd + "Transfer-Encoding: chunked");
            fields.add("Transfer-Encoding: chunked" + odd + "X: X");
            fields.add("X: X\r" + odd + "Transfer-Encoding: chunked");
            fields.add("X: X" + odd + "\nTransfer-Encoding: chunked");
            fields.add("Transfer-Encoding: chunked\r" + odd + "X: X");
            fields.add("Transfer-Encoding: chunked" + odd + "\nX: X");
        }
        for (String field : fields) {
            String line = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n" + field;
            add(line, CHUNKED_BODY);
            add(line + "\r\nContent-Length: " + CHUNKED_BODY.length(), CHUNKED_BODY);
            add(line + "\r\nContent-Length: 4", CHUNKED_BODY);
        }
        add("POST " + PATH + " HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked", CHUNKED_BODY);
        add(
                "POST " + PATH
                        + " HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
                CHUNKED_BODY);
        add("GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked", CHUNKED_BODY);
    }

    private void contentLengths() {
        String five = "01234";
        List<String> fields = new ArrayList<>();
        for (String value : List.of(
                "+5",
                "-5",
                "5,5",
                "5, 5",
                "5,6",
                "0x5",
                "5 5",
                "005",
                "5;",
                "5.0",
                "5e0",
                "",
                "5_0",
                "\"5\"",
                "\u00b2",
                "18446744073709551621",
                "4294967301",
                "99999999999999999999999",
                "5\r\nContent-Length: 5",
                "5\r\nContent-Length: 0",
                "0\r\nContent-Length: 5",
                "5\r\n 6",
                "5\n",
                "5\r",
                "\n5",
                "\r\n 5")) {
            fields.add("Content-Length: " + value);
        }
        fields.addAll(List.of(
                "Content_Length: 5",
                "Content Length: 5",
                "Content-Length : 5",
                " Content-Length: 5",
                "X: y\nContent-Length: 5",
                "X: y\rContent-Length: 5",
                "Connection: Content-Length\r\nContent-Length: 5"));
        for (char odd : oddBytes()) {
            fields.add("Content-Length:" + odd + "5");
            fields.add("Content-Length" + odd + ": 5");
            fields.add(odd + "Content-Length: 5");
            fields.add("Content-Length: 5" + odd);
        }
        for (String method : List.of("POST", "GET", "HEAD", "OPTIONS", "DELETE")) {
            for (String field : method.equals("POST") ? fields : fields.subList(0, 12)) {
                add(method + " " + PATH + " HTTP/1.1\r\nHost: localhost\r\n" + field, five + HIDDEN_REQUEST);
            }
            add(
                    method + " " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + HIDDEN_REQUEST.length(),
                    HIDDEN_REQUEST);
        }
    }

    private void chunks() {
        List<String> bodies = new ArrayList<>();
        for (String size : List.of(
                "+5",
                "-5",
                "0x5",
                "5;a=b",
                "5;",
                "5 ",
                " 5",
                "5\t",
                "00000005",
                "00000000000000005",
                "5_",
                "",
                "g",
                "5,",
                "FFFFFFFFFFFFFFFF",
                "10000000000000005",
                "100000005",
                "5\r",
                "5;a=\"\r\n\"",
                "5;\n",
                "5\u00a0")) {
            bodies.add(size + "\r\n01234\r\n0\r\n\r\n");
        }
        bodies.addAll(List.of(
                "5\n01234\r\n0\r\n\r\n",
                "5\r\n01234\n0\r\n\r\n",
                "5\r\n012340\r\n\r\n",
                "5\r\n01234\r0\r\n\r\n",
                "5\r\n01234\r\n0\n\n",
                "5\r\n01234\r\n0\r\n\n",
                "5\r\n01234\r\n0\n\r\n",
                "5\r\n01234\r\n0\r\r\n\r\n",
                "5\r\n01234\r\n0;x\r\n\r\n",
                "5\r\n01234\r\n00\r\n\r\n",
                "5\r\n01234\r\n-0\r\n\r\n",
                "5\r\n01234\r\n0\r\nX: y\r\n\r\n",
                "5\r\n01234\r\n0\r\nContent-Length: 50\r\n\r\n",
                "5\r\n01234\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "5\r\n01234\r\n0\r\nHost: other\r\n\r\n",
                "5\r\n01234\r\n0\r\nX: y\n\r\n",
                "5\r\n01234\r\n0\r\nX: y\r \r\n\r\n",
                "5\r\n01234\r\n0\r\nno colon\r\n\r\n",
                "5\r\n01234\r\n0\r\nX: y\n\n",
                "5\r\n0123456\r\n0\r\n\r\n",
                "5\r\n012\r\n0\r\n\r\n"));
        for (char odd : oddBytes()) {
            bodies.add("5" + odd + "\r\n01234\r\n0\r\n\r\n");
            bodies.add(odd + "5\r\n01234\r\n0\r\n\r\n");
            bodies.add("5\r" + odd + "01234\r\n0\r\n\r\n");
            bodies.add("5\r\n01234" + odd + "\n0\r\n\r\n");
            bodies.add("5\r\n01234\r" + odd + "0\r\n\r\n");
            bodies.add("5\r\n01234\r\n0" + odd + "\r\n\r\n");
            bodies.add("5\r\n01234\r\n0\r\n" + odd + "\r\n\r\n");
        }
        for (String body : bodies) {
            add("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked", body + HIDDEN_REQUEST);
        }
    }

    private void requestLines() {
        for (String line : List.of(
                "GET  /api/v1/x HTTP/1.1",
                "GET\t/api/v1/x HTTP/1.1",
                "GET /api/v1/x  HTTP/1.1",
                "GET /api/v1/x HTTP/1.1 ",
                " GET /api/v1/x HTTP/1.1",
                "GET /api/v1/x",
                "GET /api/v1/x HTTP/0.9",
                "GET /api/v1/x HTTP/1.2",
                "GET /api/v1/x HTTP/2.0",
                "GET /api/v1/x http/1.1",
                "GET /api/v1/x HTTP/1.1x",
                "GET /api/v1/x HTTP/01.1",
                "GET /api/v1/x HTTP/1.10",
                "GET /api/v1/x HTTP/1.1\r",
                "get /api/v1/x HTTP/1.1",
                "G ET /api/v1/x HTTP/1.1",
                "GET http://localhost/api/v1/x HTTP/1.1",
                "GET http://localhost" + HIDDEN + " HTTP/1.1",
                "GET http://a@localhost/api/v1/x HTTP/1.1",
                "GET //localhost" + HIDDEN + " HTTP/1.1",
                "GET /api/v1/..%2f..%2fadmin/smuggled HTTP/1.1",
                "GET /api/v1/../.." + HIDDEN + " HTTP/1.1",
                "GET /api/v1/%2e%2e/%2e%2e" + HIDDEN + " HTTP/1.1",
                "GET /api/v1/..;/..;" + HIDDEN + " HTTP/1.1",
                "GET /api/v1\\..\\..\\admin\\smuggled HTTP/1.1",
                "GET /api/v1/x#y HTTP/1.1",
                "GET /api/v1/x%00 HTTP/1.1",
                "GET /api/v1/x%0d%0aX:y HTTP/1.1",
                "GET /api/v1/x?y=%0d%0a%0d%0aGET%20/ HTTP/1.1",
                "GET /api/v1/x%20HTTP/1.1%0d%0aHost:%20z HTTP/1.1",
                "GET * HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "CONNECT localhost:80 HTTP/1.1",
                "TRACE /api/v1/x HTTP/1.1",
                "PRI * HTTP/2.0",
                "GET /api/v1/\u00e4 HTTP/1.1",
                "GET api/v1/x HTTP/1.1",
                "GET ?x HTTP/1.1",
                "GET /api/v1/x\u00a0HTTP/1.1",
                "GET /api/v1/x\u000bHTTP/1.1")) {
            add(line + "\r\nHost: localhost", HIDDEN_REQUEST);
        }
        for (String before : List.of("\r\n", "\r\n\r\n", "\n", "\r", "\0", " \r\n", "\r\n ")) {
            add(before + "GET " + PATH + " HTTP/1.1\r\nHost: localhost", "");
        }
        for (char odd : oddBytes()) {
            add("GET" + odd + " " + PATH + " HTTP/1.1\r\nHost: localhost", HIDDEN_REQUEST);
            add("GET " + PATH + odd + " HTTP/1.1\r\nHost: localhost", HIDDEN_REQUEST);
            add("GET " + PATH + " HTTP/1.1" + odd + "\nHost: localhost", HIDDEN_REQUEST);
        }
    }

    private void otherFields() {
        for (String fields : List.of(
                "Host: localhost\r\nHost: localhost",
                "Host: localhost\r\nHost: other",
                "X: y",
                "Host: localhost, other",
                "Host: localhost\r\n other",
                "Host : localhost",
                "Host: local host",
                "Host: localhost:80:80",
                "Host: localhost/../x",
                "Host: a@localhost",
                "Host:",
                "HoSt: localhost\r\nhOsT: localhost",
                "Host: localhost\r\nConnection: Host",
                "Host: localhost\r\nno colon",
                "Host: localhost\r\n: empty",
                "Host: localhost\r\nX\0: y",
                "Host: localhost\r\nX: y\0",
                "Host: localhost\r\nX: y\rz",
                "Host: localhost\r\nX: y\r\n folded",
                "Host: localhost\r\nX-Request-ID: a\r\nX-Request-ID: b",
                "Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
                "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13",
                "Host: localhost\r\nExpect: 100-continue",
                "Host: localhost\r\nExpect: 100-continue, 100-continue",
                "Host: localhost\r\nExpect: y 100-continue",
                "Host: localhost\r\nExpect: 200-ok",
                "Host: localhost\r\nX-HTTP-Method-Override: DELETE",
                "Host: localhost\r\nX-Original-URL: " + HIDDEN,
                "Host: localhost\r\nX-Rewrite-URL: " + HIDDEN,
                "Host: localhost\r\nForwarded: host=x",
                "Host: localhost\nX: y",
                "Host: localhost\r\nKafkaSend-Job: x",
                "Host: localhost\r\nIdempotency-Key: x")) {
            add("GET " + PATH + " HTTP/1.1\r\n" + fields, HIDDEN_REQUEST);
            add("POST " + PATH + " HTTP/1.1\r\n" + fields + "\r\nContent-Length: 5", "01234" + HIDDEN_REQUEST);
            add(
                    "POST " + PATH + " HTTP/1.1\r\n" + fields + "\r\nTransfer-Encoding: chunked",
                    "5\r\n01234\r\n0\r\n\r\n" + HIDDEN_REQUEST);
        }
        requests.add("POST " + PATH + " HTTP/1.1\nHost: localhost\nContent-Length: 5\n\n01234" + HIDDEN_REQUEST);
        requests.add("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\n01234" + HIDDEN_REQUEST);
        requests.add("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\n\r\n01234" + HIDDEN_REQUEST);
    }

    /** As http-garden's fuzzer: bytes that matter to a parser, anywhere; the same at each run. */
    private void mutations() {
        Random random = new Random(9112);
        List<String> seeds = List.of(
                "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n01234" + HIDDEN_REQUEST,
                "POST " + PATH
                        + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n0\r\n\r\n"
                        + HIDDEN_REQUEST,
                "GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n",
                "GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: a\r\n\r\n" + HIDDEN_REQUEST);
        List<String> pieces = List.of(
                "\r\n",
                "\r",
                "\n",
                "\0",
                ":",
                " ",
                "\t",
                "0",
                "5",
                ",",
                ";",
                "\"",
                "\u00ff",
                "\u0085",
                "\r\n\r\n",
                "\u000b",
                "Content-Length: 0\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Connection: close\r\n",
                "Host: other\r\n");
        for (int i = 0; i < MUTATIONS; i++) {
            StringBuilder request = new StringBuilder(seeds.get(i % seeds.size()));
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int at = random.nextInt(request.length());
                int until = random.nextBoolean() ? at : Math.min(request.length(), at + 1 + random.nextInt(3));
                request.replace(at, until, pieces.get(random.nextInt(pieces.size())));
            }
            requests.add(request.toString());
        }
    }

    /** Its bytes. */
    static byte[] bytes(String request) {
        return request.getBytes(StandardCharsets.ISO_8859_1);
    }
}
