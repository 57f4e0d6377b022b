package io.kafkasend.portal.console;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kafkasend.management.EventStream;
import io.kafkasend.portal.job.CorrelationId;
import io.kafkasend.portal.lifecycle.EnduringTask;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What changes, as server-sent events to whoever looks at the console: jobs at most twice a second, the rest less often. What
 * is to be sent is made once for all of them. Who reads slowly misses something, and gets the whole picture next. While
 * nobody looks, nothing runs. Thread-safe.
 */
final class ConsoleEvents {
    /** How many may look at once. */
    static final int LISTENERS = 8;

    private static final long TICK_MILLIS = 500;
    /** A look that takes long comes less often: it takes a twentieth of a core at most. */
    private static final int REST = 20;

    private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Well within the silence after which a connection is cut. */
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Then its listener comes again, by itself. */
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(15);

    private static final byte[] HEARTBEAT = ": still here\n\n".getBytes(US_ASCII);

    private final OpenJobs open;
    private final JobHistory history;
    private final Map<String, Feed> feeds = new LinkedHashMap<>();
    private final ScheduledThreadPoolExecutor thread;
    private final List<Listener> listeners = new ArrayList<>();
    private final EnduringTask task = new EnduringTask("look at the jobs for the console", this::tell);
    private boolean running;
    private boolean closed;
    private ScheduledFuture<?> next;

    /** Of the thread that looks. */
    private Map<CorrelationId, OpenJob> before = Map.of();

    private long lastEnded;
    private long begun;
    private long took;

    /** Something that is sent whole, when it has changed. */
    private static final class Feed {
        private final long nanos;
        private final Supplier<byte[]> json;
        private long looked;
        private byte[] sent = new byte[0];

        Feed(long seconds, Supplier<byte[]> json) {
            this.nanos = TimeUnit.SECONDS.toNanos(seconds);
            this.json = json;
            this.looked = System.nanoTime() - nanos;
        }

        Optional<byte[]> news(long now) {
            if (now - looked < nanos) {
                return Optional.empty();
            }
            looked = now;
            byte[] next = json.get();
            boolean same = Arrays.equals(next, sent);
            sent = next;
            return same ? Optional.empty() : Optional.of(next);
        }
    }

    private static final class Listener {
        private final EventStream stream = new EventStream();
        private final long since = System.nanoTime();
        private long heard = since;
        private boolean missesSomething = true;

        void beat(long now) {
            if (now - heard > HEARTBEAT_NANOS) {
                stream.offer(HEARTBEAT);
                heard = now;
            }
        }

        void offer(byte[] events, long now) {
            if (stream.offer(events)) {
                heard = now;
                missesSomething = false;
            } else {
                missesSomething = true;
            }
        }
    }

    ConsoleEvents(OpenJobs open, JobHistory history) {
        this.open = open;
        this.history = history;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "kafkasend-console");
            made.setDaemon(true);
            return made;
        });
        thread.setKeepAliveTime(10, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
    }

    /** Also sends this, when it has changed; not to be called once somebody looks. */
    void feed(String event, long seconds, Supplier<byte[]> json) {
        feeds.put(event, new Feed(seconds, json));
    }

    /** A stream for one more; empty where as many look as may. */
    synchronized Optional<EventStream> join() {
        listeners.removeIf(listener -> !listener.stream.isOpen());
        if (closed || listeners.size() >= LISTENERS) {
            return Optional.empty();
        }
        Listener listener = new Listener();
        listeners.add(listener);
        if (!running || thread.getQueue().remove(next)) { // who comes does not wait for the others' turn
            running = true;
            next = thread.schedule(this::look, 0, TimeUnit.MILLISECONDS);
        }
        return Optional.of(listener.stream);
    }

    private void look() {
        task.run();
        synchronized (this) {
            running = !listeners.isEmpty() && !closed;
            if (running) {
                next = thread.schedule(this::look, TICK_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                before = Map.of();
            }
        }
    }

    private void tell() {
        long now = System.nanoTime();
        List<Listener> all;
        synchronized (this) {
            listeners.stream()
                    .filter(listener -> now - listener.since > LONGEST_NANOS)
                    .forEach(listener -> listener.stream.end());
            listeners.removeIf(listener -> !listener.stream.isOpen());
            all = List.copyOf(listeners);
        }
        if (took > 0
                && now - begun
                        < Math.min(
                                REST * took,
                                LONGEST_REST_NANOS)) { // a busy machine makes a look long, and silence cuts connections
            all.forEach(listener -> listener.beat(now));
            return;
        }
        begun = now;
        tell(all, now);
        took = System.nanoTime() - now;
    }

    private void tell(List<Listener> all, long now) {
        OpenJobs.Look look = open.look(JobFilter.ALL);
        byte[] news = news(look, now);
        byte[] picture = all.stream().anyMatch(listener -> listener.missesSomething) ? picture(look) : new byte[0];
        for (Listener listener : all) {
            if (listener.missesSomething) {
                listener.offer(picture, now);
            } else if (news.length > 0) {
                listener.offer(news, now);
            } else {
                listener.beat(now);
            }
        }
    }

    /** What has changed since it was asked for last; empty where nothing has. */
    private byte[] news(OpenJobs.Look look, long now) {
        Map<CorrelationId, OpenJob> shown = new HashMap<>();
        look.shown().forEach(job -> shown.put(job.id(), job));
        List<OpenJob> changed = look.shown().stream()
                .filter(job -> !job.stands(before.get(job.id())))
                .toList();
        List<CorrelationId> gone =
                before.keySet().stream().filter(id -> !shown.containsKey(id)).toList();
        List<EndedJob> ended = history.since(lastEnded);
        before = shown;
        lastEnded = ended.isEmpty() ? lastEnded : ended.get(0).number();
        ByteArrayOutputStream news = new ByteArrayOutputStream();
        if (!changed.isEmpty() || !gone.isEmpty() || !ended.isEmpty()) {
            news.writeBytes(jobs(false, look, changed, gone, ended));
        }
        feeds.forEach(
                (event, feed) -> feed.news(now).ifPresent(json -> news.writeBytes(ConsoleJson.event(event, json))));
        return news.toByteArray();
    }

    private byte[] picture(OpenJobs.Look look) {
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        picture.writeBytes(jobs(true, look, look.shown(), List.of(), history.since(0)));
        feeds.forEach((event, feed) -> picture.writeBytes(ConsoleJson.event(event, feed.sent)));
        return picture.toByteArray();
    }

    private static byte[] jobs(
            boolean whole, OpenJobs.Look look, List<OpenJob> changed, List<CorrelationId> gone, List<EndedJob> ended) {
        return ConsoleJson.event("jobs", ConsoleJson.object(json -> {
            JobPages.writeHead(json, look);
            json.writeBooleanField("whole", whole);
            JobPages.writeOpen(json, "changed", changed);
            json.writeArrayFieldStart("gone");
            for (CorrelationId id : gone) {
                json.writeString(id.toString());
            }
            json.writeEndArray();
            JobPages.writeEnded(json, "ended", ended);
        }));
    }

    /** Ends all streams. */
    synchronized void close() {
        closed = true;
        listeners.forEach(listener -> listener.stream.end());
        listeners.clear();
        thread.shutdownNow();
    }
}
