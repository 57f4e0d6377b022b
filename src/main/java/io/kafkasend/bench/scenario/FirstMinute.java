package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.result.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * One call a second through a portal that has just come up, and in the same seconds one through a warm portal and one through an
 * echo that has just started: what else the machine does meets all three. Not thread-safe.
 */
final class FirstMinute implements Experiment {
    private static final int SECONDS = 60;

    private final Callable<? extends AutoCloseable> portal;
    private final Callable<Echo> echo;
    private final SmallCalls cold;
    private final SmallCalls warm;
    private final double most;
    private final Runnable end;
    private Map<String, Double> besides;

    /**
     * @param portal starts one, which is up when it returns
     * @param echo likewise
     * @param cold calls through that portal
     * @param warm calls through a warm one
     * @param most what the slowest hundredth is held against, in milliseconds
     * @param end lets go of what the calls need
     */
    FirstMinute(
            Callable<? extends AutoCloseable> portal,
            Callable<Echo> echo,
            SmallCalls cold,
            SmallCalls warm,
            double most,
            Runnable end) {
        this.portal = portal;
        this.echo = echo;
        this.cold = cold;
        this.warm = warm;
        this.most = most;
        this.end = end;
    }

    @Override
    public Map<String, Double> scenario() throws Exception {
        List<Double> ofCold = new ArrayList<>();
        List<Double> ofWarm = new ArrayList<>();
        List<Double> ofEcho = new ArrayList<>();
        AutoCloseable started = portal.call();
        try (Echo echoing = echo.call()) {
            SmallCalls bare = new SmallCalls(echoing::call);
            long begin = System.nanoTime();
            for (int second = 0; second < SECONDS; second++) {
                TimeUnit.NANOSECONDS.sleep(begin + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
                ofCold.add(one(cold));
                ofWarm.add(one(warm));
                ofEcho.add(one(bare));
            }
        } finally {
            started.close();
        }
        double p50 = Spread.percentile(ofCold, 50);
        double p99 = Spread.percentile(ofCold, 99);
        besides = Map.of(
                "p50", Spread.percentile(ofWarm, 50),
                "bar", most,
                "p99", Spread.percentile(ofWarm, 99),
                "p50-echo", Spread.percentile(ofEcho, 50),
                "p99-echo", Spread.percentile(ofEcho, 99));
        return Map.of("p50", p50, "bar", p99, "p99", p99, "p50-echo", p50, "p99-echo", p99);
    }

    @Override
    public Map<String, Double> baseline() {
        return besides;
    }

    private static double one(SmallCalls calls) throws InterruptedException {
        return calls.oneAtATime(1).get("p50");
    }

    @Override
    public void close() {
        end.run();
    }
}
