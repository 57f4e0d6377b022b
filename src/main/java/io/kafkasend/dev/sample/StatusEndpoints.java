package io.kafkasend.dev.sample;

import io.kafkasend.dev.http.JsonObject;
import java.math.BigDecimal;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Endpoints that answer with a status: at once, late, or when they are let go. Thread-safe. */
final class StatusEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(StatusEndpoints.class);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final HangingCalls hanging = new HangingCalls();

    /** All is well. */
    static Answer ok() {
        return Answer.json(200, new JsonObject().put("status", "ok"));
    }

    /** The status that is asked for; a redirect leads to that of all being well. */
    static Answer status(String segment) throws BadRequestException {
        int code = (int) Query.number("the status", segment, 200, 599);
        Answer answer = Answer.json(code, new JsonObject().put("status", code));
        return REDIRECTS.contains(code) ? answer.with("Location", SampleEndpoints.PREFIX + "status") : answer;
    }

    /** Answers after as long as the query says. */
    Answer slow(Query query) throws BadRequestException {
        long millis;
        try {
            millis =
                    new BigDecimal(query.text("seconds", "1")).movePointRight(3).longValue();
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
        return ok();
    }

    /** Answers once all such calls are let go; the body is not read before. */
    Answer hang(RequestBody body) {
        body.on(false);
        try {
            hanging.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ok();
    }

    /** How many calls hang. */
    Answer hanging() {
        return Answer.json(200, new JsonObject().put("hanging", hanging.count()));
    }

    /** Lets all go that hang; how many these were. */
    Answer release() {
        return Answer.json(200, new JsonObject().put("released", hanging.release()));
    }

    /** Ends what waits, now and from now on. */
    void close() {
        closed.countDown();
        hanging.release();
    }
}
