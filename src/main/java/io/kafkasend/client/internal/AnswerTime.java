package io.kafkasend.client.internal;

import java.time.Duration;

/**
 * Until when an answer may come: by its request's timeout, or, of one that streams, by a longer one for as long as it moves.
 * Thread-safe.
 */
public final class AnswerTime {
    private final Deadline request;
    private final Duration ofStream;
    private volatile Deadline now;

    /**
     * @param request when the request's time is over
     * @param ofStream how long an answer that streams may take in all; null for no longer than others
     */
    public AnswerTime(Deadline request, Duration ofStream) {
        this.request = request;
        this.ofStream = ofStream == null || ofStream.compareTo(request.timeout()) <= 0 ? null : ofStream;
        this.now = request;
    }

    /** Something has come of an answer: where that streams, the next may take as long as the request might. */
    public void moved(boolean streams) {
        if (streams && ofStream != null) {
            Deadline end = request.longer(ofStream);
            Deadline silence = Deadline.in(request.timeout());
            now = silence.nanoTime() - end.nanoTime() < 0 ? silence : end;
        }
    }

    /** How long something else than the answer may be waited for: half of what is left, but no longer than this. */
    public Duration patience(Duration most) {
        Duration half = request.left().dividedBy(2);
        return half.compareTo(most) < 0 ? half : most;
    }

    /** Whether the time is over at a time by {@link System#nanoTime()}. */
    public boolean isOverAt(long nanoTime) {
        return now.passedAt(nanoTime);
    }

    /** How much of the request's own time is left, in whole seconds, at least 1. */
    public int secondsLeft() {
        return request.secondsLeft();
    }

    /** How much of the time of one that streams is left, in seconds, at least 1; null where that is as of others. */
    public Integer secondsOfStreamLeft() {
        return ofStream == null ? null : request.longer(ofStream).secondsLeft();
    }

    /** What was not there in time, for a user. */
    public String overdue() {
        if (now == request) {
            return "no answer within " + request.seconds() + " seconds";
        }
        return now.timeout().equals(request.timeout())
                ? "nothing more of the answer within " + request.seconds() + " seconds"
                : "no end of the answer within " + now.seconds() + " seconds";
    }
}
