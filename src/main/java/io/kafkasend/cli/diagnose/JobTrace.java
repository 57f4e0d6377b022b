package io.kafkasend.cli.diagnose;

import io.kafkasend.cli.console.Bytes;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.security.Printable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A job's life, as its records tell it. Holds no payload. Not thread-safe. */
final class JobTrace {
    private static final int SHOWN = 200;
    private static final int NAME = 40;
    private static final int NAMES = 10;
    private static final String STATUS = "STATUS";

    /** How a job stands. */
    enum State {
        /** The API's answer is whole. */
        ANSWERED,
        /** A portal has ended it with an ERROR. */
        FAILED,
        /** An answer has begun, and is not whole. */
        ANSWERING,
        /** The client has given it up, and there is no answer. */
        CANCELLED,
        /** The request is whole, and there is no answer. */
        WAITING,
        /** The request is not whole. */
        INCOMPLETE,
        /** Nothing of it is on the request topic but what no portal can read. */
        UNREADABLE
    }

    private final MessageReader messages = new MessageReader();
    private final List<TraceEvent> events = new ArrayList<>();
    private final Pieces request = new Pieces();
    private final Pieces answer = new Pieces();
    private RequestStart start;
    private boolean requested;
    private boolean cancelled;
    private Instant last;
    private ResponseStart answered;
    private ResponseError error;
    private ResponseStatus saidLast;

    /** A record of the request topic. */
    void request(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            note(record, "tombstone", "no value");
            return;
        }
        try {
            RequestMessage message = messages.readRequest(record.key(), frame(record), record.value());
            requested = true;
            if (message instanceof RequestStart found) {
                if (start != null) {
                    note(
                            record,
                            "START",
                            start.differsIn(found)
                                    .map(field -> "again, with another " + field)
                                    .orElse("again"));
                    return;
                }
                start = found;
                request.expect(found.totalChunks());
                note(record, "START", told(found));
            } else if (message instanceof RequestChunk chunk) {
                request.add(chunk.sequence());
                note(record, TraceEvent.CHUNK, "");
            } else if (message instanceof RequestCancel) {
                cancelled = true;
                note(record, "CANCEL", "the client gives it up");
            }
        } catch (ProtocolException e) {
            note(record, "unreadable", e.code().name());
        }
    }

    /** A record of a topic of answers. */
    void answer(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            note(record, "tombstone", "no value");
            return;
        }
        try {
            ResponseMessage message = messages.readResponse(record.key(), frame(record), record.value());
            if (message instanceof ResponseStatus found) { // no part of an answer
                saidLast = found;
                note(record, STATUS, said(found));
                return;
            }
            last = time(record);
            if (message instanceof ResponseStart found) {
                if (answered == null) {
                    answered = found;
                }
                answer.expect(found.totalChunks());
                note(
                        record,
                        "START",
                        "answer " + found.statusCode()
                                + (found.totalChunks() == null ? ", streamed" : ", " + chunks(found.totalChunks()))
                                + (found.totalBytes() == null ? "" : ", " + Bytes.of(found.totalBytes())));
            } else if (message instanceof ResponseChunk chunk) {
                answer.expect(chunk.totalChunks());
                answer.add(chunk.sequence());
                note(record, TraceEvent.CHUNK, "");
            } else if (message instanceof ResponseError found) {
                error = found;
                note(
                        record,
                        "ERROR",
                        code(found) + ": " + Printable.of(found.message(), SHOWN)
                                + (Boolean.TRUE.equals(found.retryable()) ? "; the same request may pass later" : ""));
            }
        } catch (ProtocolException e) {
            note(record, "unreadable", e.code().name());
        }
    }

    /** A record of the dead-letter topic. */
    void letter(ConsumerRecord<byte[], byte[]> record) {
        note(
                record,
                "dead letter",
                text(record, "kafkasend.error_code") + ": "
                        + text(record, "__connect.errors.exception.message") + "; it was "
                        + text(record, "__connect.errors.topic")
                        + " " + text(record, "__connect.errors.partition") + ":"
                        + text(record, "__connect.errors.offset"));
    }

    /** Whether nothing was found. */
    boolean empty() {
        return events.isEmpty();
    }

    /** The topic that START asks to have the answer on. */
    Optional<String> replyTo() {
        return Optional.ofNullable(start).map(RequestStart::replyTo);
    }

    /** What was found, by time; chunks that follow one another are one. */
    List<TraceEvent> events() {
        List<TraceEvent> sorted = new ArrayList<>(events);
        sorted.sort(Comparator.comparing(TraceEvent::time)); // stable: records of one partition keep their order
        List<TraceEvent> joined = new ArrayList<>();
        for (TraceEvent event : sorted) {
            int before = joined.size() - 1;
            if (before >= 0 && joined.get(before).goesOn(event)) {
                joined.set(before, joined.get(before).with(event));
            } else {
                joined.add(event);
            }
        }
        return joined;
    }

    Pieces requestPieces() {
        return request;
    }

    Pieces answerPieces() {
        return answer;
    }

    /** The API's status; empty without an answer. */
    Optional<Integer> status() {
        return Optional.ofNullable(answered).map(ResponseStart::statusCode);
    }

    /** The ERROR's code; empty without an ERROR. */
    Optional<String> errorCode() {
        return Optional.ofNullable(error).map(JobTrace::code);
    }

    State state() {
        if (error != null) {
            return State.FAILED;
        }
        if (answered != null) {
            return answer.whole() ? State.ANSWERED : State.ANSWERING;
        }
        if (cancelled) {
            return State.CANCELLED;
        }
        if (!requested) {
            return State.UNREADABLE;
        }
        return start != null && request.whole() ? State.WAITING : State.INCOMPLETE;
    }

    /** How it stands, in one line, and what to do. */
    String line(Instant now) {
        List<TraceEvent> all = events();
        if (all.stream().anyMatch(event -> !event.kind().equals(STATUS))) {
            all.removeIf(event -> event.kind().equals(STATUS)); // it ends no silence
        }
        Instant begin = all.get(0).time();
        return switch (state()) {
            case ANSWERED -> "answered " + answered.statusCode() + " after " + seconds(begin, last);
            case FAILED ->
                "ended by " + code(error) + " after " + seconds(begin, last)
                        + ErrorPlace.told(code(error))
                                .map(place -> ": " + place)
                                .orElse("")
                        + (cancelled ? before("had said last") : "");
            case ANSWERING ->
                "the answer " + answered.statusCode() + " is not whole: " + answer + "; its last record is "
                        + seconds(last, now) + " old";
            case CANCELLED -> "given up by its client; no answer" + before("has said last");
            case WAITING ->
                "whole, and no answer for " + seconds(all.get(all.size() - 1).until(), now)
                        + (saidLast == null
                                ? ": no portal reads it, it waits, the API is slow, or its answer cannot be written;"
                                        + " kafkasend doctor and the portal's log tell which"
                                : before("has said last"));
            case INCOMPLETE ->
                (start == null ? "START is missing; " : "")
                        + "the request is not whole: " + request + "; its last record is "
                        + seconds(all.get(all.size() - 1).until(), now) + " old";
            case UNREADABLE -> "no record of the request that can be read, and no answer";
        };
    }

    /** How far it was, as far as a portal has said. */
    private String before(String verb) {
        return saidLast == null ? "" : "; a portal " + verb + ": " + said(saidLast);
    }

    private static String said(ResponseStatus status) {
        return Printable.of(status.stage(), NAME)
                + (status.awaits() == null ? "" : ", awaits " + Printable.of(status.awaits(), NAME))
                + (status.before() == null ? "" : ", " + status.before() + " before it")
                + (status.code() == null ? "" : ", failed before by " + Printable.of(status.code(), NAME))
                + ", for " + status.seconds() + " s";
    }

    private static String told(RequestStart start) {
        return start.method() + " " + endpoint(start.endpoint()) + ", client "
                + (start.clientId() == null ? "unnamed" : Printable.of(start.clientId(), NAME * 2))
                + (start.signature() == null ? ", unsigned" : ", signed")
                + ", " + chunks(start.totalChunks())
                + (start.totalBytes() == null ? "" : ", " + Bytes.of(start.totalBytes()))
                + (start.timeoutSeconds() == null ? "" : ", within " + start.timeoutSeconds() + " s")
                + (start.replyTo() == null ? "" : ", answer on " + Printable.of(start.replyTo(), SHOWN));
    }

    /** Path and names of the query; its values may be confidential. */
    static String endpoint(String endpoint) {
        int query = endpoint.indexOf('?');
        if (query < 0) {
            return Printable.of(endpoint, SHOWN);
        }
        String[] fields = endpoint.substring(query + 1).split("&", -1);
        return Printable.of(endpoint.substring(0, query), SHOWN) + "?"
                + Arrays.stream(fields)
                        .limit(NAMES)
                        .map(field -> field.indexOf('=') < 0
                                ? "*"
                                : Printable.of(field.substring(0, field.indexOf('=')), NAME) + "=*")
                        .collect(Collectors.joining("&"))
                + (fields.length > NAMES ? "&..." : "");
    }

    static String seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1_000.0 + " s";
    }

    private static String chunks(int count) {
        return count + (count == 1 ? " chunk" : " chunks");
    }

    private static String code(ResponseError error) {
        return error.code() == null ? "ERROR" : Printable.of(error.code(), NAME);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null
                ? "unknown"
                : Printable.of(new String(header.value(), StandardCharsets.UTF_8), SHOWN);
    }

    private static FrameHeaders frame(ConsumerRecord<byte[], byte[]> record) {
        return FrameHeaders.of(record.headers(), Header::key, Header::value);
    }

    private static Instant time(ConsumerRecord<byte[], byte[]> record) {
        return Instant.ofEpochMilli(record.timestamp());
    }

    private void note(ConsumerRecord<byte[], byte[]> record, String kind, String what) {
        events.add(new TraceEvent(
                time(record),
                time(record),
                kind,
                record.topic(),
                record.partition(),
                record.offset(),
                record.offset(),
                1,
                what));
    }
}
