package io.kafkasend.bench.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.client.Frames;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.Method;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Chooses jobs: every method, size and form in which a body travels, and what an API does wrong. Of all calls so few fail that the
 * portal's circuit breaker, which counts repeated calls, seldom opens. For one thread.
 */
final class SoakJobs {
    private static final int SPOIL_ONE_OF = 4;
    private static final int SMALL = 64 * 1024;
    private static final String BYTES = "application/octet-stream";
    private static final List<Method> WITH_BODY = List.of(Method.POST, Method.PUT, Method.PATCH);
    private static final List<Integer> STATUSES = List.of(204, 302, 400, 404, 409, 422, 429, 503);

    /** What a portal may say of an API that breaks the connection. */
    private static final Set<String> BROKEN = Set.of("API_BROKEN", "ANSWER_INTERRUPTED", "API_UNREACHABLE");

    private static final Set<String> ODD = Set.of("API_ANSWER_HEADERS_TOO_LARGE");

    private final RandomGenerator random;
    private final SoakBodies bodies;
    private final List<Fault> faults;
    private int number;

    SoakJobs(RandomGenerator random, SoakBodies bodies, Set<Fault> faults) {
        this.random = random;
        this.bodies = bodies;
        this.faults = List.copyOf(faults);
    }

    /** The next. */
    SoakJob next() {
        if (!faults.isEmpty() && ++number % SPOIL_ONE_OF == 0) {
            Fault fault = faults.get(number / SPOIL_ONE_OF % faults.size());
            return fault == Fault.CORRUPT ? corrupt() : status().unheard();
        }
        int of100 = random.nextInt(100);
        if (of100 < 30) {
            return status();
        }
        if (of100 < 50) {
            return download(Method.GET);
        }
        if (of100 < 54) {
            return download(Method.HEAD);
        }
        if (of100 < 66) {
            return upload(false);
        }
        if (of100 < 72) {
            return upload(true);
        }
        if (of100 < 82) {
            return echo();
        }
        if (of100 < 86) {
            return answered(STATUSES.get(random.nextInt(STATUSES.size())));
        }
        if (of100 < 94) {
            return slow(0.2 + 2 * random.nextDouble());
        }
        if (of100 < 97) {
            return slow(5).cancelledAfter(Duration.ofMillis(500));
        }
        return spoiled();
    }

    private SoakJob status() {
        return SoakJob.right(
                "small GET",
                form(Request.builder().endpoint(SmallCalls.ENDPOINT)),
                true,
                (answer, got) -> status(answer.status(), 200) + text(got.json(), "status", "ok"));
    }

    private SoakJob download(Method method) {
        SoakBodies.Sized body = bodies.any(random);
        return SoakJob.right(
                method == Method.HEAD ? "HEAD" : "download",
                form(Request.builder().method(method).endpoint(body.document())),
                body.size() <= SMALL,
                (answer, got) -> status(answer.status(), 200)
                        + (method == Method.HEAD
                                ? same("bytes", got.bytes(), 0)
                                : same("SHA-256", got.sha256(), body.sha256())));
    }

    private SoakJob corrupt() {
        SoakBodies.Sized body = bodies.anyWithBytes(random);
        return SoakJob.right(
                "download of what the API has changed",
                form(Request.builder().endpoint(body.corruptDocument())),
                false,
                (answer, got) -> status(answer.status(), 200) + same("SHA-256", got.sha256(), body.sha256()));
    }

    private SoakJob upload(boolean multipart) {
        SoakBodies.Sized body = multipart ? bodies.anyWithBytes(random) : bodies.any(random);
        Request.Builder request = Request.builder()
                .method(Method.POST)
                .endpoint("/api/v1/upload")
                .body(body.body())
                .contentType(BYTES);
        if (multipart) {
            request.filename("soak.bin").formField("file");
        }
        return SoakJob.right(
                        multipart ? "form with a file" : "upload",
                        form(request),
                        body.size() <= SMALL,
                        (answer, got) -> status(answer.status(), 200) + text(got.json(), "sha256", body.sha256()))
                .sending(body.size());
    }

    private SoakJob echo() {
        SoakBodies.Sized body = bodies.any(random);
        Method method = WITH_BODY.get(random.nextInt(WITH_BODY.size()));
        return SoakJob.right(
                        "echo",
                        form(Request.builder()
                                .method(method)
                                .endpoint("/api/v1/echo?n=" + random.nextInt(1000))
                                .header("X-Request-Id", "soak-" + random.nextInt(1000))
                                .body(body.body())
                                .contentType(BYTES)),
                        body.size() <= SMALL,
                        (answer, got) -> status(answer.status(), 200)
                                + text(got.json(), "method", method.name())
                                + text(got.json(), "sha256", body.sha256()))
                .sending(body.size());
    }

    private SoakJob answered(int status) {
        return SoakJob.right(
                "status " + status / 100 + "xx",
                form(Request.builder().endpoint("/api/v1/status/" + status)),
                false,
                (answer, got) -> status(answer.status(), status));
    }

    private SoakJob slow(double seconds) {
        return SoakJob.right(
                "slow GET",
                form(Request.builder().endpoint(String.format(Locale.ROOT, "/api/v1/slow?seconds=%.2f", seconds))),
                false,
                (answer, got) -> status(answer.status(), 200) + text(got.json(), "status", "ok"));
    }

    private SoakJob spoiled() {
        return switch (random.nextInt(4)) {
            case 0 -> spoiled("reset", BROKEN);
            case 1 -> spoiled("silent", BROKEN);
            case 2 -> spoiled("cut?size=" + bodies.anyWithBytes(random).size(), BROKEN);
            default -> spoiled("odd", ODD);
        };
    }

    private SoakJob spoiled(String fault, Set<String> explained) {
        return SoakJob.spoiled(
                "API that fails", form(Request.builder().endpoint("/api/v1/faulty/" + fault)), explained);
    }

    /** In any form in which bodies travel. */
    private Request form(Request.Builder request) {
        request.frames(Frames.values()[random.nextInt(Frames.values().length)]);
        if (random.nextInt(4) == 0) {
            request.compression(
                    random.nextBoolean() && ContentEncoding.ZSTD.usable()
                            ? ContentEncoding.ZSTD
                            : ContentEncoding.GZIP);
        }
        return request.sha256(random.nextBoolean()).build();
    }

    private static String status(int got, int expected) {
        return got == expected ? "" : "status " + got + " for " + expected;
    }

    private static String text(JsonNode json, String field, String expected) {
        return same(field, json.path(field).asText(), expected);
    }

    private static String same(String what, Object got, Object expected) {
        return String.valueOf(got).equals(String.valueOf(expected)) ? "" : what + " differs";
    }
}
