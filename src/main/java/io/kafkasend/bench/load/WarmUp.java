package io.kafkasend.bench.load;

import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import java.time.Duration;
import java.util.List;

/**
 * What a deployment does before anything of it is measured. A JVM compiles what it has run some ten thousand times, and while it
 * does that takes the cores from what is measured: so a portal that has just started is several times as slow as one that has
 * worked for a quarter of a minute. Immutable.
 *
 * @param time how long in all: two thirds of it small calls, one third bodies both ways
 */
public record WarmUp(Duration time) {
    /** Enough for ratios that no longer fall from round to round. */
    public static final Duration USUAL = Duration.ofSeconds(90);
    /** For a quick run. */
    public static final Duration QUICK = Duration.ofSeconds(12);

    private static final int IN_FLIGHT = 64;
    private static final int BYTES = 10 << 20;

    /** Works through the client. */
    public void run(KafkaSendClient client) throws Exception {
        if (time.isZero()) {
            return;
        }
        smallCalls(client).inFlight(IN_FLIGHT, time.multipliedBy(2).dividedBy(3));
        List<WireForm> forms = WireForm.offered().subList(0, 2);
        long end = System.nanoTime() + time.dividedBy(3).toNanos();
        do {
            for (WireForm form : forms) {
                Transfers transfers = new Transfers(client, form);
                transfers.upload(form.content().bytes(BYTES));
                transfers.download(BYTES);
            }
        } while (System.nanoTime() - end < 0);
    }

    /** Small GETs through a client. */
    public static SmallCalls smallCalls(KafkaSendClient client) {
        Request request = Request.builder().endpoint(SmallCalls.ENDPOINT).build();
        return new SmallCalls(() -> client.send(request));
    }
}
