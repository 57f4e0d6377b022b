package io.kafkasend.portal.call;

import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Turns;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * The step {@code take-turn}: a whole job waits, and no thread with it, until a caller is free and it is its client's turn
 * ({@link Turns}); from here on the caller has it. Thread-safe.
 */
public final class CallTurn extends AsyncProcessorSupport implements ShutdownAware {
    private final Turns turns;
    private final CallThreads callers;

    /**
     * @param turns who is next
     * @param callers the threads that make the calls
     */
    public CallTurn(Turns turns, CallThreads callers) {
        this.turns = turns;
        this.callers = callers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Job job = JobExchange.of(exchange).job();
        Waiting waiting = new Waiting(job, exchange, callback);
        job.state().whenLetGoOn(this::giveTurns);
        if (turns.add(waiting)) {
            giveTurns();
        } else {
            waiting.lapse();
        }
        return false;
    }

    private void giveTurns() {
        for (Optional<Turns.Turn> turn = turns.next(); turn.isPresent(); turn = turns.next()) {
            Waiting next = (Waiting) turn.get();
            try {
                callers.execute(() -> goOn(next));
            } catch (RejectedExecutionException e) {
                turns.end(next.job().flow());
                next.fail(e);
            }
        }
    }

    private void goOn(Waiting turn) {
        try {
            turn.callback().done(false);
        } finally {
            turns.end(turn.job().flow());
            giveTurns();
        }
    }

    @Override
    protected void doStart() {
        turns.open(true);
    }

    /** What waits is in the route, which Camel counts. */
    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return 0;
    }

    /** The grace period is over: what still waits is left to the next instance, uncalled. */
    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        if (forced) {
            turns.open(false);
        }
    }

    /** A job that waits here. */
    private record Waiting(Job job, Exchange exchange, AsyncCallback callback) implements Turns.Turn {
        @Override
        public void lapse() {
            exchange.setRouteStop(true);
            callback.done(false);
        }

        void fail(RejectedExecutionException e) {
            exchange.setException(e);
            callback.done(false);
        }
    }
}
