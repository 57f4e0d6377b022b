package io.kafkasend.gateway.caller;

import io.kafkasend.config.GatewaySettings;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code limit}: how many requests may be under way, of one caller and of all, and how many a caller may begin in a second. The
 * rate is a bucket of one second's requests, which fills as time goes. Thread-safe.
 */
public final class CallerLimits implements Processor {
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_REMEMBERED = 10_000;

    private final Callers callers;
    private final int most;
    private final int mostOfOne;
    private final int rate;
    private final LongSupplier nanoTime;
    private final Map<String, Use> uses = new HashMap<>();
    private int underWay;

    /** What a caller has taken; under the lock of all. */
    private static final class Use {
        private int underWay;
        private double tokens;
        private long filledAt;
    }

    /**
     * @param configuration the limits of those that have none of their own
     * @param callers who may have limits of their own
     */
    public CallerLimits(GatewayConfiguration configuration, Callers callers) {
        this(configuration.settings(), callers, System::nanoTime);
    }

    CallerLimits(GatewaySettings settings, Callers callers, LongSupplier nanoTime) {
        this.callers = callers;
        this.most = settings.get(GatewaySettings.IN_FLIGHT);
        this.mostOfOne = settings.get(GatewaySettings.CALLER_IN_FLIGHT);
        this.rate = settings.get(GatewaySettings.CALLER_RATE);
        this.nanoTime = nanoTime;
    }

    /** @throws RefusedException where there are too many */
    @Override
    public void process(Exchange exchange) throws RefusedException {
        HttpCall call = HttpCall.of(exchange);
        enter(call.caller());
        call.atEnd(() -> leave(call.caller()));
    }

    /** Takes the caller's share of one more request; to be given back by {@link #leave}. */
    void enter(String name) throws RefusedException {
        Optional<KnownCaller> known = callers.known().flatMap(file -> file.named(name));
        int ofOne = known.map(KnownCaller::inFlight).filter(own -> own > 0).orElse(mostOfOne);
        int perSecond = known.map(KnownCaller::rate).filter(own -> own >= 0).orElse(rate);
        synchronized (uses) {
            if (underWay >= most) {
                throw new RefusedException(
                        GatewayError.GATEWAY_BUSY,
                        "the gateway has " + most + " requests under way, and takes no more");
            }
            forgetSome();
            Use use = uses.computeIfAbsent(name, absent -> {
                Use first = new Use();
                first.tokens = perSecond;
                first.filledAt = nanoTime.getAsLong();
                return first;
            });
            if (use.underWay >= ofOne) {
                throw new RefusedException(
                        GatewayError.CALLER_BUSY,
                        "this caller has " + ofOne + " requests under way, and may have no more");
            }
            if (perSecond > 0) {
                take(use, perSecond);
            }
            use.underWay++;
            underWay++;
        }
    }

    private void take(Use use, int perSecond) throws RefusedException {
        long now = nanoTime.getAsLong();
        use.tokens = Math.min(perSecond, use.tokens + (now - use.filledAt) / NANOS * perSecond);
        use.filledAt = now;
        if (use.tokens < 1) {
            throw new RefusedException(
                    GatewayError.CALLER_RATE, "this caller may make " + perSecond + " requests in a second");
        }
        use.tokens--;
    }

    /** Names are the file's, or certificates', of which an authority may make many. */
    private void forgetSome() {
        if (uses.size() > MOST_REMEMBERED) {
            uses.values().removeIf(use -> use.underWay == 0);
        }
    }

    void leave(String name) {
        synchronized (uses) {
            underWay--;
            uses.get(name).underWay--;
        }
    }

    /** How many requests are under way. */
    public int underWay() {
        synchronized (uses) {
            return underWay;
        }
    }
}
