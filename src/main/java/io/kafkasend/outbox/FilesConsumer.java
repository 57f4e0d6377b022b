package io.kafkasend.outbox;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.concurrent.DoublingWait;
import io.kafkasend.config.OutboxSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes files through the route, as many at once as it has threads. A file that cannot go on waits, longer each time, and its thread
 * takes another one. Thread-safe.
 */
public final class FilesConsumer extends DefaultConsumer {
    /** The exchange's property with the file. */
    static final String PARCEL = "kafkasend-parcel";

    private static final Logger LOG = LoggerFactory.getLogger(FilesConsumer.class);
    private static final DoublingWait WAITS = new DoublingWait(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final long LOOK_MILLIS = 250;
    private static final long END_MILLIS = 10_000;

    private final OutboxConfiguration configuration;
    private final PortalLink portals;
    private final Workplace workplace;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    FilesConsumer(Endpoint endpoint, Processor processor, OutboxConfiguration configuration, PortalLink portals) {
        this(endpoint, processor, configuration, portals, workplace(configuration));
    }

    FilesConsumer(
            Endpoint endpoint,
            Processor processor,
            OutboxConfiguration configuration,
            PortalLink portals,
            Workplace workplace) {
        super(endpoint, processor);
        this.configuration = configuration;
        this.portals = portals;
        this.workplace = workplace;
    }

    private static Workplace workplace(OutboxConfiguration configuration) {
        OutboxSettings settings = configuration.settings();
        return new Workplace(
                configuration.folders(),
                Duration.ofSeconds(settings.get(OutboxSettings.QUIET_SECONDS)),
                settings.get(OutboxSettings.SIDECARS));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (configuration.isExport()) {
            return;
        }
        workplace.open();
        for (int i = 1; i <= configuration.settings().get(OutboxSettings.IN_FLIGHT); i++) {
            threads.add(DaemonThreads.named("kafkasend-files-" + i, this::run));
        }
        threads.forEach(Thread::start);
        LOG.atInfo().addKeyValue("directory", configuration.folders().drop()).log("the outbox takes files");
    }

    private void run() {
        while (ending.getCount() > 0) {
            try {
                Optional<Parcel> next = workplace.next();
                if (next.isPresent()) {
                    route(next.get());
                } else {
                    ending.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) { // whatever it is, the next look is made
                LOG.error("a look at the outbox failed", e);
                pause();
            }
        }
    }

    private void pause() {
        try {
            ending.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes one file through the route, and leaves it to wait where it has not got to the end. */
    private void route(Parcel parcel) {
        Throwable failure;
        try {
            Exchange exchange = createExchange(false);
            try {
                exchange.setProperty(PARCEL, parcel);
                exchange.getMessage().setHeader(Exchange.FILE_NAME, parcel.name());
                getProcessor().process(exchange);
                failure = exchange.getException();
            } finally {
                releaseExchange(exchange, false);
            }
            if (failure == null) {
                failure = close(parcel);
            }
        } catch (Exception | Error e) { // the file is not to be lost for this process, whatever it is
            failure = e;
        }
        if (failure != null && ending.getCount() > 0) {
            later(parcel, failure);
        }
    }

    private IOException close(Parcel parcel) {
        if (parcel.outcome().isEmpty()) {
            return new IOException("the route ended before the file's request did");
        }
        try {
            workplace.over(parcel);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private void later(Parcel parcel, Throwable failure) {
        Duration wait = WAITS.of(parcel.setback());
        if (failure instanceof NotNowException known && known.least().compareTo(wait) > 0) {
            wait = known.least();
        }
        String reason = failure instanceof IOException io ? Folders.reason(io) : String.valueOf(failure.getMessage());
        boolean expected = failure instanceof NotNowException || failure instanceof IOException;
        (expected ? LOG.atInfo() : LOG.atError().setCause(failure))
                .addKeyValue("file", parcel)
                .addKeyValue("reason", reason)
                .addKeyValue("seconds", wait.toSeconds())
                .log("a file cannot go on now");
        workplace.later(parcel, wait);
    }

    @Override
    protected void doStop() throws Exception {
        ending.countDown();
        portals.close(); // whoever waits for an answer hears of it
        long until = System.currentTimeMillis() + END_MILLIS;
        for (Thread thread : threads) {
            thread.join(Math.max(1, until - System.currentTimeMillis()));
        }
        workplace.close();
        super.doStop();
    }
}
