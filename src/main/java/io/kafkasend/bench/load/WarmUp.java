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

    /** So short that whoever comes first in a turn has hardly more of a warm client than the next. */
    private static final Duration TURN = Duration.ofSeconds(3);

    private static final int IN_FLIGHT = 64;
    private static final int BYTES = 10 << 20;

    /** Works through these clients, in turns where there are several, for the whole time through each. */
    public void run(List<KafkaSendClient> clients) throws Exception {
        if (time.isZero()) {
            return;
        }
        Duration calls = time.multipliedBy(2).dividedBy(3);
        Duration turn = clients.size() == 1 || calls.compareTo(TURN) < 0 ? calls : TURN;
        for (Duration left = calls; left.compareTo(Duration.ZERO) > 0; left = left.minus(turn)) {
            for (KafkaSendClient client : clients) {
                smallCalls(client).inFlight(IN_FLIGHT, turn);
            }
        }
        List<WireForm> forms = WireForm.offered().subList(0, 2);
        long end = System.nanoTime()
                + time.dividedBy(3).multipliedBy(clients.size()).toNanos();
        do {
            for (KafkaSendClient client : clients) {
                for (WireForm form : forms) {
                    Transfers transfers = new Transfers(client, form);
                    transfers.upload(form.content().bytes(BYTES));
                    transfers.download(BYTES);
                }
            }
        } while (System.nanoTime() - end < 0);
    }

    /** Small GETs through a client. */
    public static SmallCalls smallCalls(KafkaSendClient client) {
        Request request = Request.builder().endpoint(SmallCalls.ENDPOINT).build();
        return new SmallCalls(() -> client.send(request));
    }
}
