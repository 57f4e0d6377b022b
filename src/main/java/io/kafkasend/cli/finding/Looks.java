package io.kafkasend.cli.finding;

import io.kafkasend.kafka.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Looks at several things at once, each on a thread of its own, and waits for none of them longer than it may take. Used once. */
public final class Looks {
    /** Looks at one thing. */
    @FunctionalInterface
    public interface Look {
        /**
         * Tells what it finds, as it finds it.
         *
         * @throws Exception what is one finding more, a failure
         */
        void at(Consumer<Finding> found) throws Exception;
    }

    private record Begun(FutureTask<Void> task, List<Finding> found) {}

    private final Duration patience;
    private final long deadline;
    private final Map<String, Begun> begun = new LinkedHashMap<>();

    /**
     * @param patience how long all of them may take together
     */
    public Looks(Duration patience) {
        this.patience = patience;
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    /**
     * Begins to look.
     *
     * @param check what the finding is called that it has not ended, or ended by an exception
     */
    public void begin(String check, Look look) {
        List<Finding> found = new CopyOnWriteArrayList<>();
        FutureTask<Void> task = new FutureTask<>(() -> {
            look.at(found::add);
            return null;
        });
        begun.put(check, new Begun(task, found));
        Thread thread = new Thread(task, "kafkasend-look-" + check.replace(' ', '-'));
        thread.setDaemon(true); // one that hangs does not keep the process
        thread.start();
    }

    /** What all have found, in the order in which they began. */
    public List<Finding> findings() throws InterruptedException {
        List<Finding> all = new ArrayList<>();
        for (Map.Entry<String, Begun> look : begun.entrySet()) {
            Finding end = null;
            try {
                look.getValue().task().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                look.getValue().task().cancel(true);
                end = Finding.fail(
                        look.getKey(),
                        "no end after " + patience.toSeconds() + " s",
                        "see whether what it talks to hangs, or a firewall drops its packets");
            } catch (ExecutionException e) {
                end = Finding.fail(look.getKey(), Refusal.orShown(e.getCause()), "");
            }
            all.addAll(look.getValue().found());
            if (end != null) {
                all.add(end);
            }
        }
        return all;
    }
}
