package io.kafkasend.portal.outcome;

import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Which jobs have their whole outcome in one partition of an answer topic, as far as it was read. Of jobs that are asked for
 * nothing is forgotten; of others so much as memory allows, for whoever asks next. Not thread-safe.
 */
final class PartitionOutcomes {
    /** How many jobs are remembered that nobody has asked for yet. */
    private static final int REMEMBERED = 20_000;
    /** For so long what was read answers without reading on. */
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    /** In place of the digest where a portal of before it has answered. */
    private static final String UNBOUND = "";

    private final MessageReader reader = new MessageReader();
    private final long since;
    private final Set<String> asked = new HashSet<>();
    private final Map<String, Answer> askedBegun = new HashMap<>();
    private final Map<String, Set<String>> askedWhole = new HashMap<>();
    private final Bounded<Answer> begun = new Bounded<>();
    /** By job, whose START each outcome is of. */
    private final Bounded<Set<String>> whole = new Bounded<>();

    private long next;
    private Long readAt;

    /** A map that forgets its eldest entries, and knows that it did. */
    private static final class Bounded<V> extends LinkedHashMap<String, V> {
        private boolean forgot;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            boolean over = size() > REMEMBERED;
            forgot |= over;
            return over;
        }
    }

    /** An answer of which not everything was seen. */
    private static final class Answer {
        private final BitSet chunks = new BitSet();
        private Integer total;
        private boolean started;
        private boolean stream;
    }

    /**
     * @param since no record is missing of this time, in milliseconds since 1970, or later
     * @param from the first offset of that time
     */
    PartitionOutcomes(long since, long from) {
        this.since = since;
        this.next = from;
    }

    /** Whether it can tell of jobs that were not answered before this time, by reading on alone. */
    boolean canTell(long earliest, Collection<OutcomeQuestion> questions) {
        boolean knowsAll = !begun.forgot && !whole.forgot;
        return since <= earliest
                && (knowsAll || questions.stream().map(PartitionOutcomes::key).allMatch(asked::contains));
    }

    /** Notes who is asked for. */
    void ask(Collection<OutcomeQuestion> questions) {
        for (OutcomeQuestion question : questions) {
            String job = key(question);
            if (asked.add(job)) {
                Set<String> outcomes = whole.get(job);
                if (outcomes != null) {
                    askedWhole.put(job, outcomes);
                }
                begun.entrySet().removeIf(part -> {
                    boolean its = part.getKey().startsWith(job);
                    if (its) {
                        askedBegun.put(part.getKey(), part.getValue());
                    }
                    return its;
                });
            }
        }
    }

    /** What the client of a question's job, that was asked for, has. */
    Found find(OutcomeQuestion question) {
        Answer part = askedBegun.get(key(question) + "/" + question.request());
        return has(question) ? Found.WHOLE : part != null && part.stream ? Found.STREAM : Found.NOTHING;
    }

    private boolean has(OutcomeQuestion question) {
        Set<String> outcomes = askedWhole.getOrDefault(key(question), Set.of());
        return question.request().equals(RequestDigest.NONE)
                ? !outcomes.isEmpty()
                : outcomes.contains(question.request()) || outcomes.contains(UNBOUND);
    }

    private static String key(OutcomeQuestion question) {
        return question.job().value();
    }

    /** Whether it was read to its end a moment ago. */
    boolean isFresh() {
        return readAt != null && System.nanoTime() - readAt < FRESH_NANOS;
    }

    /** The offset to read on from. */
    long next() {
        return next;
    }

    /** Notes how far it was read. */
    void readTo(long offset) {
        next = offset;
    }

    /** Notes that it was read to the end that it had at this time, by {@link System#nanoTime}. */
    void refreshed(long nanos) {
        readAt = nanos;
    }

    /** Notes a record of the partition; those of others than portals are passed by. */
    void note(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        ResponseMessage message;
        try {
            FrameHeaders frame = FrameHeaders.of(record.headers(), Header::key, Header::value);
            message = reader.readResponse(record.key(), frame, record.value());
        } catch (ProtocolException e) {
            return;
        }
        if (message instanceof ResponseStatus) {
            return; // it says how far a job is, and is no part of its outcome
        }
        String id = message.jobId().value();
        Map<String, Answer> parts = asked.contains(id) ? askedBegun : begun;
        String request = message.request() == null ? UNBOUND : message.request();
        String job = id + "/" + request;
        if (message instanceof ResponseStart start) {
            Answer before = parts.get(job);
            // One that had begun was broken off; CHUNKs alone have overtaken this START, as in a broker's restart they
            // may.
            Answer answer = before == null || before.started ? new Answer() : before;
            answer.started = true;
            answer.stream = start.stream();
            answer.total = start.totalChunks() != null ? start.totalChunks() : answer.total;
            parts.put(job, answer);
        } else if (message instanceof ResponseChunk chunk) {
            Answer answer = parts.computeIfAbsent(job, it -> new Answer());
            answer.chunks.set(chunk.sequence());
            answer.total = chunk.totalChunks() != null ? chunk.totalChunks() : answer.total;
        } else {
            parts.remove(job);
            end(id, request);
            return;
        }
        Answer answer = parts.get(job);
        if (answer.started && answer.total != null && answer.chunks.cardinality() == answer.total) {
            parts.remove(job);
            end(id, request);
        }
    }

    private void end(String id, String request) {
        Map<String, Set<String>> outcomes = asked.contains(id) ? askedWhole : whole;
        outcomes.merge(id, Set.of(request), (before, now) -> {
            Set<String> all = new HashSet<>(before);
            all.addAll(now);
            return all;
        });
    }
}
