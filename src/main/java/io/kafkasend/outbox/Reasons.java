package io.kafkasend.outbox;

import io.kafkasend.client.Answer;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.protocol.ErrorCode;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How outcomes are told to who looks at the folders. Stateless, hence thread-safe. */
final class Reasons {
    private static final int LEAST_REFUSAL = 400;
    private static final String UNKNOWN =
            "The request may have taken effect: ask the API before you send the file again.";
    private static final String NOTHING = "Nothing was done at the API.";
    private static final String REFUSED = "The portal that refused the request made no call.";

    /** Codes of jobs whose call may have begun, or that another START under their id may have had called. */
    private static final Set<ErrorCode> OF_CALLS = EnumSet.of(
            ErrorCode.UNKNOWN_JOB,
            ErrorCode.DUPLICATE_START,
            ErrorCode.SIGNATURE_REPLAYED,
            ErrorCode.API_TIMEOUT,
            ErrorCode.API_BROKEN,
            ErrorCode.API_ANSWER_INVALID,
            ErrorCode.API_ANSWER_HEADERS_TOO_LARGE,
            ErrorCode.OUTCOME_UNKNOWN,
            ErrorCode.ANSWER_INTERRUPTED,
            ErrorCode.CANCELLED,
            ErrorCode.INTERNAL_ERROR);

    private Reasons() {}

    /** The API's answer, which is a failure from 400 on. */
    static Outcome of(Answer answer) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + "\n");
        for (String name : answer.headers().keySet()) {
            for (String value : answer.headerValues(name)) {
                head.append(name).append(": ").append(value).append('\n');
            }
        }
        head.append("KafkaSend-Job: ").append(answer.jobId().value()).append('\n');
        List<String> dropped = answer.droppedHeaders();
        if (!dropped.isEmpty()) {
            head.append("KafkaSend-Dropped: ")
                    .append(String.join(", ", dropped))
                    .append('\n');
        }
        String reason = answer.status() < LEAST_REFUSAL
                ? ""
                : "The API answered " + answer.status() + ". Its answer is in the folder of answers.";
        return new Outcome(true, head.toString(), reason);
    }

    /** A file that was not sent at all. */
    static Outcome notSent(String why) {
        return failed(why, NOTHING);
    }

    /** One that failed after it was sent, or while it was. */
    static Outcome failed(ClientException failure) {
        if (failure instanceof JobFailedException refused) {
            return failed(failure.getMessage(), effect(refused.retryable(), refused.code()));
        }
        return failed(failure.getMessage(), failure.kind() == ClientException.Kind.BODY ? NOTHING : UNKNOWN);
    }

    /** What a portal's refusal says of the call. */
    static String effect(boolean retryable, Optional<String> name) {
        if (retryable) {
            return NOTHING;
        }
        return name.flatMap(ErrorCode::named)
                .filter(code -> !OF_CALLS.contains(code))
                .map(code -> REFUSED)
                .orElse(UNKNOWN);
    }

    /** One whose answer never came. */
    static Outcome unknown(String why) {
        return failed(why, UNKNOWN);
    }

    private static Outcome failed(String why, String effect) {
        return new Outcome(false, "", why + "\n" + effect);
    }
}
