package io.kafkasend.outbox;

import io.kafkasend.client.Answer;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.JobFailedException;
import java.util.List;

/** How outcomes are told to who looks at the folders. Stateless, hence thread-safe. */
final class Reasons {
    private static final int LEAST_REFUSAL = 400;
    private static final String UNKNOWN =
            "The request may have taken effect: ask the API before you send the file again.";
    private static final String NOTHING = "Nothing was done at the API.";

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
        boolean nothing = failure.kind() == ClientException.Kind.BODY
                || failure instanceof JobFailedException refused && refused.retryable();
        return failed(failure.getMessage(), nothing ? NOTHING : UNKNOWN);
    }

    /** One whose answer never came. */
    static Outcome unknown(String why) {
        return failed(why, UNKNOWN);
    }

    private static Outcome failed(String why, String effect) {
        return new Outcome(false, "", why + "\n" + effect);
    }
}
