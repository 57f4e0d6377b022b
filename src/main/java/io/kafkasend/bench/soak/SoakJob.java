package io.kafkasend.bench.soak;

import io.kafkasend.client.Answer;
import io.kafkasend.client.Request;
import java.time.Duration;
import java.util.Set;

/**
 * A job, and what must become of it. Immutable.
 *
 * @param kind what it is, for people
 * @param request what is sent
 * @param sent the bytes of its body
 * @param body the digest of the answer's body is wanted
 * @param judge says whether an answer is right
 * @param explained the codes that say what the API was asked to do wrong; where there are some, an answer is wrong
 * @param cancelAfter when the client no longer wants it; null for never
 * @param small whether it moves little and asks for no delay: such jobs' times may be compared over a run
 * @param heard whether anybody reads its answer
 */
record SoakJob(
        String kind,
        Request request,
        long sent,
        Judge judge,
        Set<String> explained,
        Duration cancelAfter,
        boolean small,
        boolean heard) {

    /** Says whether an answer is right. */
    @FunctionalInterface
    interface Judge {
        /**
         * Looks at it.
         *
         * @param answer its head, and the body where it is not larger than 64 KiB
         * @param got the whole body's digest
         * @return empty if it is right, else what differs
         */
        String differs(Answer answer, BodySink got) throws Exception;
    }

    /** One whose answer is to be right. */
    static SoakJob right(String kind, Request request, boolean small, Judge judge) {
        return new SoakJob(kind, request, 0, judge, Set.of(), null, small, true);
    }

    /** One that the API spoils. */
    static SoakJob spoiled(String kind, Request request, Set<String> explained) {
        return new SoakJob(kind, request, 0, (answer, got) -> "answered", explained, null, false, true);
    }

    /** The same job, whose request has a body of so many bytes. */
    SoakJob sending(long bytes) {
        return new SoakJob(kind, request, bytes, judge, explained, cancelAfter, small, heard);
    }

    /** The same job, which the client gives up. */
    SoakJob cancelledAfter(Duration time) {
        return new SoakJob(kind, request, sent, judge, explained, time, false, heard);
    }

    /** The same job, whose answer nobody reads. */
    SoakJob unheard() {
        return new SoakJob(kind, request, sent, judge, explained, null, false, false);
    }

    /** What is to be said of its answer. */
    Verdict verdict(Answer answer, BodySink got) {
        if (!explained.isEmpty()) {
            return Verdict.unexpected("answered " + answer.status());
        }
        try {
            String differs = judge.differs(answer, got);
            return differs.isEmpty() ? Verdict.RIGHT : Verdict.corrupt(kind + ": " + differs);
        } catch (Exception e) {
            return Verdict.corrupt(kind + ": the answer cannot be read");
        }
    }
}
