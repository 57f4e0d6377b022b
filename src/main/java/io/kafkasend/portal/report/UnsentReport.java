package io.kafkasend.portal.report;

import io.kafkasend.config.KafkaSettings;
import io.kafkasend.kafka.Refusal;
import io.kafkasend.portal.event.PortalEvents;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallFailure;
import io.kafkasend.portal.kafka.DeadLetter;
import io.kafkasend.portal.kafka.ReplyTopics;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What becomes of an ERROR or a dead letter that Kafka does not take: it says so in a line, and whether there is to be another
 * attempt. An ERROR on the portal's own topic is never given up; one on a reply topic is, where that is missing or forbidden,
 * or takes nothing for minutes: that hurts the client who asked for it. A dead letter that is too large goes in a reduced form.
 * Also the step {@code unsent}, which keeps the failure for this. Thread-safe.
 */
public final class UnsentReport implements Processor {
    private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final String responseTopic;
    private final ReplyTopics replyTopics;
    private final DeadLetters deadLetters;
    private final PortalEvents events;

    /**
     * @param configuration names the portal's own topic
     * @param replyTopics which of the others can be written to
     * @param deadLetters rests after the topic did not take one
     * @param events tells
     */
    public UnsentReport(
            PortalConfiguration configuration, ReplyTopics replyTopics, DeadLetters deadLetters, PortalEvents events) {
        this.responseTopic = configuration.settings().get(KafkaSettings.RESPONSE_TOPIC);
        this.replyTopics = replyTopics;
        this.deadLetters = deadLetters;
        this.events = events;
    }

    @Override
    public void process(Exchange exchange) {
        JobExchange.of(exchange)
                .unsent(CallFailure.unwrapped(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)));
    }

    /** What is known before an attempt. May ask the broker. */
    NextAttempt before(Outgoing outgoing) {
        if (outgoing.fleeting()) {
            boolean vain = outgoing.overtaken()
                    || replyTopics.faultAfterLook(outgoing.topic()).isPresent();
            return vain ? NextAttempt.GIVEN_UP : NextAttempt.SEND;
        }
        if (outgoing.letter().isPresent()) {
            if (deadLetters.rests()) {
                deadLetters.unburied(outgoing.letter().get(), "dead letters could not be written of late");
                return NextAttempt.GIVEN_UP;
            }
        } else if (!outgoing.topic().equals(responseTopic)) {
            Optional<String> fault = replyTopics.fault(outgoing.topic());
            if (fault.isPresent()) {
                return givenUp(outgoing, fault.get());
            }
        }
        return NextAttempt.SEND;
    }

    /** What is to become of it after an attempt that failed. */
    NextAttempt after(Outgoing outgoing, Throwable failure) {
        if (outgoing.fleeting()) {
            if (!outgoing.topic().equals(responseTopic)) {
                replyTopics.doubt(outgoing.topic());
            }
            return NextAttempt.GIVEN_UP;
        }
        if (outgoing.letter().isPresent()) {
            return afterLetter(outgoing, outgoing.letter().get(), failure);
        }
        String why = Refusal.orShown(failure);
        if (outgoing.topic().equals(responseTopic)) {
            events.unsent(outgoing.jobId(), outgoing.topic(), why);
            return NextAttempt.AGAIN;
        }
        replyTopics.doubt(outgoing.topic());
        boolean definite = Refusal.in(failure).isPresent()
                || failure instanceof RecordTooLargeException
                || failure instanceof InvalidTopicException
                || failure instanceof UnknownTopicOrPartitionException;
        if (definite || outgoing.age() > MOST_NANOS) {
            return givenUp(outgoing, why);
        }
        events.unsent(outgoing.jobId(), outgoing.topic(), why);
        return NextAttempt.AGAIN;
    }

    private NextAttempt afterLetter(Outgoing outgoing, DeadLetter letter, Throwable failure) {
        if (!(failure instanceof RecordTooLargeException)) {
            deadLetters.failed(letter, failure);
            return NextAttempt.GIVEN_UP;
        }
        if (letter.cut() == null) {
            outgoing.shorten(letter.reduced());
            return NextAttempt.REDUCED;
        }
        deadLetters.unburied(letter, "the dead-letter topic does not take a letter of " + letter.bytes() + " bytes");
        return NextAttempt.GIVEN_UP; // the others are smaller
    }

    /** It comes for a topic that takes nothing and has its share waiting already. */
    void overflow(Outgoing outgoing) {
        if (outgoing.fleeting()) {
            return;
        }
        String why = "too many wait for this topic, which takes nothing";
        outgoing.letter().ifPresentOrElse(letter -> deadLetters.unburied(letter, why), () -> givenUp(outgoing, why));
    }

    private NextAttempt givenUp(Outgoing outgoing, String why) {
        events.givenUp(outgoing.jobId(), outgoing.topic(), why);
        return NextAttempt.GIVEN_UP;
    }
}
