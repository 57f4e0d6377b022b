package io.kafkasend.portal.receive;

import io.kafkasend.config.RequesterSettings;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import java.util.Set;
import org.apache.camel.Exchange;

/**
 * The bean {@code answer-on}, for changed routes: behind {@code authenticate}, it has all that the client of some endpoints is told
 * go to a topic that the operator chose. Runs on the poll threads. Thread-safe.
 */
public final class AnswerTopic {
    private final Set<String> topics;

    /**
     * @param configuration names the topics that may be written to
     */
    public AnswerTopic(PortalConfiguration configuration) {
        this.topics = configuration.settings().replyTopics();
    }

    /**
     * Answers a START on this topic, where its endpoint is one of these; others, and other messages, stay as they are.
     *
     * @param topic one of PORTAL_REPLY_TOPICS
     * @param endpoint how the path begins
     * @throws IllegalArgumentException for another topic
     */
    public void topic(Exchange exchange, String topic, String endpoint) {
        if (!topics.contains(topic)) {
            throw new IllegalArgumentException("answer-on is told the topic \"" + topic + "\"; it takes one of "
                    + RequesterSettings.REPLY_TOPICS.variable() + ", which has "
                    + (topics.isEmpty() ? "none" : String.join(", ", topics)));
        }
        Requester caller = JobExchange.of(exchange).caller();
        if (exchange.getIn().getBody(RequestMessage.class) instanceof RequestStart start
                && start.endpoint().startsWith(endpoint)) {
            JobExchange.of(exchange).replyTopic(topic);
            if (caller != null) { // else it was authentic when its call began, and admission ends it
                JobExchange.of(exchange).caller(caller.answeredOn(topic));
            }
        }
    }
}
