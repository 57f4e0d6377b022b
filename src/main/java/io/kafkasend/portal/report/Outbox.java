package io.kafkasend.portal.report;

import io.kafkasend.config.KafkaSettings;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallFailure;
import io.kafkasend.portal.kafka.KafkaHeader;
import io.kafkasend.portal.ledger.Capacity;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.Grace;
import io.kafkasend.portal.lifecycle.StepThreads;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code outbox}: an ERROR, a dead letter or a STATUS waits here for its turn, so that nobody waits for the broker. Each topic has
 * a {@link TopicLane}, whose thread gives one after the other to the routes {@code report} and {@code write-dead-letter}; they go on when the
 * broker has it, and settle what it is about. Until then it is not settled.
 *
 * <p>What waits is bounded. Over the bound no further record is read; but a topic other than the portal's own that takes
 * nothing holds up nobody: what comes for it beyond its share is given up. A STATUS is dropped as soon as it would hold up
 * anybody. Thread-safe.
 */
public final class Outbox implements Processor, Capacity, CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final String REPORT = "direct:report";
    private static final String WRITE = "direct:write-dead-letter";
    private static final long IDLE_SECONDS = 10;

    private final Map<String, TopicLane> lanes = new ConcurrentHashMap<>();
    private final Map<String, AsyncProducer> routes = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Threads threads;
    private final String responseTopic;
    private final String deadLetterTopic;
    private final Grace grace;
    private final UnsentReport unsent;
    private final Settlement settlement;
    private CamelContext context;

    /**
     * @param configuration names the topics
     * @param ledger reads no further record while the outbox is full
     * @param unsent says what is to become of what could not be sent
     * @param settlement settles what is given up
     * @param failStop ends a portal that has lost what it was to send
     */
    public Outbox(
            PortalConfiguration configuration,
            Ledger ledger,
            UnsentReport unsent,
            Settlement settlement,
            FailStop failStop) {
        this.responseTopic = configuration.settings().get(KafkaSettings.RESPONSE_TOPIC);
        this.deadLetterTopic = configuration.settings().get(KafkaSettings.DEAD_LETTER_TOPIC);
        this.grace = configuration.grace();
        this.unsent = unsent;
        this.settlement = settlement;
        this.threads = new Threads(failStop);
        ledger.needs(this);
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Takes over what the exchange has to say and to settle; the exchange has nothing to settle any more. */
    @Override
    public void process(Exchange exchange) {
        boolean letter = JobExchange.of(exchange).deadLetter() != null;
        String topic = letter
                ? deadLetterTopic
                : exchange.getMessage().getHeader(KafkaHeader.OVERRIDE_TOPIC, responseTopic, String.class);
        Outgoing outgoing = Outgoing.of(numbers.incrementAndGet(), topic, exchange);
        TopicLane lane = lanes.computeIfAbsent(
                topic, name -> topic.equals(responseTopic) ? TopicLane.unbounded(name) : TopicLane.bounded(name));
        if (!lane.add(outgoing)) {
            unsent.overflow(outgoing);
            giveUp(outgoing);
            return;
        }
        begin(lane);
    }

    private void begin(TopicLane lane) {
        if (grace.isOver() || !lane.begin()) {
            return;
        }
        try {
            threads.execute(() -> run(lane));
        } catch (RejectedExecutionException | OutOfMemoryError e) { // stopping, or no thread to be had now
            lane.end();
            LOG.atWarn().addKeyValue("topic", lane.topic()).log("no thread to send by; what waits goes with the next");
        }
    }

    private void run(TopicLane lane) {
        List<Outgoing> next;
        while (!(next = lane.next()).isEmpty()) {
            if (grace.isOver()) {
                next.forEach(outgoing -> lane.again(outgoing, false));
                lane.end();
                return;
            }
            send(lane, next);
        }
    }

    private void send(TopicLane lane, List<Outgoing> next) {
        List<Outgoing> open = new ArrayList<>(next);
        try {
            open.removeIf(outgoing -> isVain(lane, outgoing));
            if (open.isEmpty()) {
                return;
            }
            List<Exchange> attempts =
                    open.stream().map(outgoing -> outgoing.attempt(context)).toList();
            Handed handed = new Handed(attempts.iterator());
            Exchange together = new DefaultExchange(context);
            together.getMessage().setBody(handed);
            JobExchange.of(together).together(attempts);
            route(open.get(0).letter().isPresent() ? WRITE : REPORT)
                    .process(together, doneSync -> end(lane, open, attempts, handed.count(), together, doneSync));
        } catch (Throwable e) { // an Error, too: it is theirs, and the others go on
            open.forEach(outgoing -> judge(lane, outgoing, e));
            begin(lane);
            roomIsThere();
        }
    }

    private boolean isVain(TopicLane lane, Outgoing outgoing) {
        if (unsent.before(outgoing) == NextAttempt.SEND) {
            return false;
        }
        lane.sent(outgoing);
        giveUp(outgoing);
        return true;
    }

    private AsyncProducer route(String uri) {
        return routes.computeIfAbsent(uri, name -> {
            try {
                AsyncProducer producer = context.getEndpoint(name).createAsyncProducer();
                producer.start();
                return producer;
            } catch (Exception e) {
                throw new IllegalStateException("no route " + name, e);
            }
        });
    }

    /**
     * The route has ended: the broker has them, or could not be sent some. What Camel's producer could not send has its own
     * failure; where something else failed meanwhile, those without one were not sent, or are sent twice.
     *
     * @param handed how many of them the producer was given
     */
    private void end(
            TopicLane lane,
            List<Outgoing> sent,
            List<Exchange> attempts,
            int handed,
            Exchange together,
            boolean doneSync) {
        Throwable failure = together.getException() != null
                ? together.getException()
                : JobExchange.of(together).unsent();
        boolean ofAll =
                failure != null && (doneSync || attempts.stream().noneMatch(attempt -> attempt.getException() != null));
        for (int i = 0; i < sent.size(); i++) {
            Throwable own = CallFailure.unwrapped(attempts.get(i).getException());
            if (failure != null && handed > 0 && i >= handed) {
                lane.again(sent.get(i), false);
            } else if (own != null || ofAll) {
                judge(lane, sent.get(i), own != null ? own : failure);
            } else {
                if (failure != null) {
                    settlement.process(attempts.get(i)); // the route did not come to it
                }
                lane.sent(sent.get(i));
            }
        }
        begin(lane);
        roomIsThere();
    }

    /**
     * Gives Camel's producer one after the other, and none after one that has failed at once: a topic that is missing blocks it for
     * seconds, each time. Used by one thread.
     */
    private static final class Handed implements Iterable<Exchange> {
        private final Iterator<Exchange> all;
        private Exchange last;
        private int count;

        Handed(Iterator<Exchange> all) {
            this.all = all;
        }

        int count() {
            return count;
        }

        @Override
        public Iterator<Exchange> iterator() {
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return all.hasNext() && (last == null || last.getException() == null);
                }

                @Override
                public Exchange next() {
                    last = all.next();
                    count++;
                    return last;
                }
            };
        }
    }

    private void judge(TopicLane lane, Outgoing outgoing, Throwable failure) {
        if (grace.isOver()) {
            lane.again(outgoing, false); // unsettled, so that it is read again
            return;
        }
        NextAttempt outlook;
        try {
            outlook = unsent.after(outgoing, failure);
        } catch (RuntimeException | Error e) {
            outlook = NextAttempt.AGAIN;
        }
        switch (outlook) {
            case AGAIN -> lane.again(outgoing, true);
            case REDUCED -> lane.again(outgoing, false);
            default -> {
                lane.failed(outgoing);
                giveUp(outgoing);
            }
        }
    }

    private void giveUp(Outgoing outgoing) {
        settlement.process(outgoing.attempt(context));
        roomIsThere();
    }

    private synchronized void roomIsThere() {
        if (!full()) {
            notifyAll();
        }
    }

    @Override
    public boolean full() {
        for (TopicLane lane : lanes.values()) {
            if (lane.holdsUp()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String waitsFor() {
        String topics = lanes.values().stream()
                .filter(TopicLane::holdsUp)
                .map(TopicLane::topic)
                .sorted()
                .collect(Collectors.joining(","));
        return "refusals wait for topic " + topics;
    }

    @Override
    public synchronized void awaitRoom(long nanos) {
        long end = System.nanoTime() + nanos;
        try {
            for (long left = nanos; full() && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many a graceful stop waits for: not for those whose topic takes nothing, which the next instance reads again. */
    public int pending() {
        return lanes.values().stream().mapToInt(TopicLane::pending).sum();
    }

    /** All that wait, over all topics, but what is owed to nobody. */
    public List<Outgoing> all() {
        return lanes.values().stream()
                .flatMap(lane -> lane.all().stream())
                .filter(outgoing -> !outgoing.fleeting())
                .toList();
    }

    /** Goes on with what waited while the routes were stopped. */
    public void goOn() {
        lanes.values().forEach(this::begin);
    }

    /** How many wait, over all topics. */
    public int waiting() {
        return lanes.values().stream().mapToInt(TopicLane::size).sum();
    }

    /** One for each topic that something waits for, of which the settings name all. */
    public static final class Threads extends StepThreads {
        public Threads(FailStop failStop) {
            super("kafkasend-outbox", 0, Integer.MAX_VALUE, IDLE_SECONDS, new SynchronousQueue<>(), failStop);
        }
    }

    /** Sends nothing more; what waits is not settled. */
    public void shutdown() {
        List.copyOf(lanes.values()).forEach(TopicLane::close);
        threads.shutdownNow();
    }
}
