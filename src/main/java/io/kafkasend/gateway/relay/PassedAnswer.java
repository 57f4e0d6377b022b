package io.kafkasend.gateway.relay;

import io.kafkasend.client.AnswerStream;
import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.HttpAnswer;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.http.PassedHeaders;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * An API's answer, as a caller gets it.
 *
 * @param answer its head is there
 */
record PassedAnswer(AnswerStream answer) {
    private static final int FIRST_FINAL = 200;
    private static final int NOT_MODIFIED = 304;

    /**
     * Leaves it for the caller.
     *
     * @param applied what was done as the caller prefers; empty for nothing
     * @throws RefusedException for one that HTTP has no place for
     */
    void to(HttpCall call, String applied) throws RefusedException {
        call.whenGone(answer::close);
        if (answer.status() < FIRST_FINAL) {
            answer.close();
            throw new RefusedException(
                    GatewayError.ANSWER_UNFIT,
                    "the API answered with status " + answer.status() + ", which ends nothing");
        }
        boolean bodiless = call.head().method().equals("HEAD") || answer.status() == NOT_MODIFIED;
        List<HeaderField> headers = new ArrayList<>();
        for (String name : answer.headers().keySet()) {
            answer.headerValues(name).forEach(value -> headers.add(new HeaderField(name, value)));
        }
        List<HeaderField> passed = new ArrayList<>(PassedHeaders.of(headers, bodiless));
        call.dropped(answer.droppedHeaders());
        if (!applied.isEmpty()) {
            passed.add(new HeaderField("Preference-Applied", applied));
        }
        call.answer(new HttpAnswer(answer.status(), passed, answer.length().orElse(-1), answer, ""));
    }
}
