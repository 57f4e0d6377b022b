package io.kafkasend.dev.sample;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Server-sent events, each sent when its time has come. Thread-safe. */
final class EventEndpoints {
    private static final long MOST_MICROS = TimeUnit.HOURS.toMicros(1);

    private final CountDownLatch closed = new CountDownLatch(1);

    /** As many as the query says, the first at once, with the instant at which each was sent (RFC 3339, UTC) as its data. */
    Answer events(Query query) throws BadRequestException {
        int count = (int) Query.number("count", query.text("count", "10"), 0, 1_000_000);
        long micros;
        try {
            micros = new BigDecimal(query.text("every", "1")).movePointRight(6).longValue();
        } catch (NumberFormatException e) {
            micros = -1;
        }
        if (micros < 0 || micros > MOST_MICROS) {
            throw new BadRequestException("every must be 0 to 3600");
        }
        long every = micros;
        Answer answer = (exchange, got) -> exchange.send(200, -1, out -> send(count, every, out));
        return answer.with("Content-Type", "text/event-stream").with("Cache-Control", "no-store");
    }

    private void send(int count, long everyMicros, OutputStream out) throws IOException {
        long begin = System.nanoTime();
        for (int id = 1; id <= count; id++) {
            long wait = begin + (id - 1) * TimeUnit.MICROSECONDS.toNanos(everyMicros) - System.nanoTime();
            try {
                if (closed.await(wait, TimeUnit.NANOSECONDS)) {
                    throw new IOException("the API closes");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            out.write(("id: " + id + "\ndata: " + now + "\n\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    /** Ends those that are being sent. */
    void close() {
        closed.countDown();
    }
}
