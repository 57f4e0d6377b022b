package io.kafkasend.cli.send;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobStage;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.security.Printable;
import java.util.OptionalInt;

/** What is said of a job that has no answer yet, in a line: where it is, and for how long. Not thread-safe. */
final class StageLine {
    private static final int SHOWN = 40;

    private final String where;
    /** Null where no time is told. */
    private final Long since;

    private final String more;

    private StageLine(String where, Long since, String more) {
        this.where = where;
        this.since = since;
        this.more = more;
    }

    /** Kafka has the request's beginning, and no portal has said anything. */
    static StageLine sent(long nanos) {
        return new StageLine("sent; waiting for a portal", nanos, "");
    }

    /**
     * Likewise, and Kafka was asked for portals.
     *
     * @param portals how many there are; empty where Kafka does not say
     */
    StageLine unheard(OptionalInt portals) {
        String found = portals.isEmpty()
                ? ": Kafka does not say whether one runs"
                : portals.getAsInt() == 0
                        ? ": none reads the topic"
                        : ": " + portals.getAsInt() + (portals.getAsInt() == 1 ? " runs" : " run")
                                + ", none has said anything";
        return new StageLine(where, since, found);
    }

    /** A portal has said where it is. */
    static StageLine of(ResponseStatus status, long nanos) {
        JobStage stage = status.known().orElseThrow();
        long since = nanos - status.seconds() * 1_000_000_000L;
        return switch (stage) {
            case ACCEPTED ->
                new StageLine(
                        "accepted; " + status.receivedChunks() + " of " + status.totalChunks() + " chunks there",
                        null,
                        "");
            case WAITING ->
                new StageLine(
                        status.before() == null || status.before() == 0
                                ? "whole; waiting for its turn"
                                : "whole; " + status.before() + " before it",
                        null,
                        "");
            case CALLING -> new StageLine(calling(status), since, failed(status));
            case ANSWERING -> new StageLine("the API has begun to answer", since, "");
        };
    }

    private static String calling(ResponseStatus status) {
        if (ResponseStatus.TOKEN.equals(status.awaits())) {
            return "waiting for the token server";
        }
        String what = ResponseStatus.RETRY.equals(status.awaits())
                ? tokenFailed(status) ? "asking the token server again soon" : "calling the API again soon"
                : "calling the API";
        return status.attempt() == null || status.attempt() < 2 ? what : what + ", attempt " + status.attempt();
    }

    private static boolean tokenFailed(ResponseStatus status) {
        return ErrorCode.OAUTH_UNAVAILABLE.name().equals(status.code());
    }

    private static String failed(ResponseStatus status) {
        boolean over = status.code() == null || ResponseStatus.API.equals(status.awaits()) && tokenFailed(status);
        return over ? "" : ": failed before by " + Printable.of(status.code(), SHOWN);
    }

    /** The line now. */
    String at(long nanos) {
        return where + (since == null ? "" : " (" + Math.max(0, (nanos - since) / 1_000_000_000L) + " s)") + more;
    }

    /** Whether another line would say the same, but for the time. */
    boolean says(StageLine other) {
        return other != null && where.equals(other.where) && more.equals(other.more);
    }
}
