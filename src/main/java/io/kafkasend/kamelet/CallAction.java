package io.kafkasend.kamelet;

import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The step of {@code kafkasend-call-action}: the message's body goes to an HTTP endpoint through Kafka, and the answer is the message's
 * body, read as it comes and let go of when the exchange ends. Thread-safe once it is set up.
 */
public final class CallAction extends ClientStep {
    private List<String> headers = List.of();
    private boolean failOnError;

    /** Which of the message's headers go to the API, separated by commas. */
    public void setHeaders(String value) {
        headers = value.isBlank() ? List.of() : List.of(value.strip().split(" *, *"));
    }

    /** Whether a status from 400 on is a failure of the exchange. */
    public void setFailOnError(boolean value) {
        failOnError = value;
    }

    /**
     * @throws io.kafkasend.client.ClientException where there is no answer
     * @throws IOException for a status from 400 on, where that is a failure
     */
    @Override
    public void process(Exchange exchange) throws IOException {
        AnswerStream answer = client().open(request(exchange.getMessage()));
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                answer.close();
            }
        });
        if (failOnError && isRefusal(answer)) {
            throw refusal(answer);
        }
        Message message = exchange.getMessage();
        List.copyOf(message.getHeaders().keySet()).stream()
                .filter(name -> headers.stream().anyMatch(name::equalsIgnoreCase))
                .forEach(message::removeHeader); // they were the request's
        // None that Camel takes for an order of its own.
        answer.headers().forEach((name, value) -> {
            if (!name.regionMatches(true, 0, "Camel", 0, "Camel".length())) {
                message.setHeader(name, value);
            }
        });
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        message.setBody(answer);
    }

    private Request request(Message message) {
        Method asked = Method.named(method())
                .orElseThrow(() -> new IllegalArgumentException(
                        "the method is \"" + method() + "\"; it takes GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS"));
        Request.Builder request = Request.builder().method(asked).endpoint(endpoint());
        for (String name : headers) {
            Object value = message.getHeader(name);
            if (value != null) {
                request.header(name, value.toString());
            }
        }
        if (asked.mayHaveBody() && message.getBody() != null) {
            request.contentType(contentType()).body(MessageBody.of(message));
        }
        return request.build();
    }

    /** Names no password. */
    @Override
    public String toString() {
        return "calls " + method() + " " + endpoint();
    }
}
