package io.kafkasend.portal.lifecycle;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Around every step of every route: an Error fails what the step was at, as an exception does. Camel catches exceptions only:
 * an Error would end the thread, the poll thread's reading with it, and leave the job open for ever. Thread-safe.
 *
 * <p>An Error within the failure's own steps leaves nothing that could still be told to the client: it ends the portal, and
 * the next one reads the record again.
 */
final class StepErrors implements InterceptStrategy {
    private final FailStop failStop;
    private final Map<String, StepCount> counts = new ConcurrentHashMap<>();

    /**
     * @param failStop ends a portal that cannot go on
     */
    StepErrors(FailStop failStop) {
        this.failStop = failStop;
    }

    /** Has the routes that are made from now on go through it; camel-main makes the beans twice, and the later ones' counts. */
    void standAround(CamelContext context) {
        var strategies = context.getCamelContextExtension().getInterceptStrategies();
        strategies.removeIf(StepErrors.class::isInstance);
        strategies.add(this);
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext camel, NamedNode definition, Processor target, Processor nextTarget) {
        String id = String.valueOf(definition.getId());
        return new Step(id, isOfAFailure(definition), target, counts.computeIfAbsent(id, unknown -> new StepCount()));
    }

    /** By the steps' ids. */
    Map<String, StepCount> counts() {
        return Map.copyOf(counts);
    }

    private static boolean isOfAFailure(NamedNode definition) {
        for (NamedNode node = definition; node != null; node = node.getParent()) {
            if ("onException".equals(node.getShortName())) {
                return true;
            }
        }
        return false;
    }

    private final class Step extends DelegateAsyncProcessor {
        private final String id;
        private final boolean ofAFailure;
        private final StepCount count;

        Step(String id, boolean ofAFailure, Processor target, StepCount count) {
            super(target);
            this.count = count;
            this.id = id;
            this.ofAFailure = ofAFailure;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            count.begin();
            Held held = new Held(exchange, count, callback);
            boolean sync;
            try {
                sync = super.process(exchange, held);
            } catch (Error e) {
                if (!held.end()) {
                    throw e; // it goes on elsewhere
                }
                fail(exchange, e);
                count.end(false);
                callback.done(true);
                return true;
            }
            if (sync && held.end()) {
                count.end(!exchange.isFailed());
                callback.done(true);
            }
            return sync;
        }

        private void fail(Exchange exchange, Error e) {
            exchange.setException(new StepErrorException("the step " + id, e));
            if (ofAFailure) {
                failStop.because("a failed job could not be ended (" + id + ")", e);
            } else {
                failStop.survived(e);
            }
        }
    }

    /**
     * Holds back that a step is done until it has returned: Camel's bridge says so from a finally block, also where an Error is
     * on its way. What goes on elsewhere is told at once, unless the Error was first.
     */
    private static final class Held implements AsyncCallback {
        private final AtomicReference<AsyncCallback> open;
        private final Exchange exchange;
        private final StepCount count;

        Held(Exchange exchange, StepCount count, AsyncCallback callback) {
            this.exchange = exchange;
            this.count = count;
            this.open = new AtomicReference<>(callback);
        }

        boolean end() {
            return open.getAndSet(null) != null;
        }

        @Override
        public void done(boolean doneSync) {
            if (!doneSync) {
                AsyncCallback callback = open.getAndSet(null);
                if (callback != null) {
                    count.end(!exchange.isFailed());
                    callback.done(false);
                }
            }
        }
    }
}
