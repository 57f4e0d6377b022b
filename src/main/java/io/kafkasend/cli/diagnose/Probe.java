package io.kafkasend.cli.diagnose;

import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.send.SigningOptions;
import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.util.Map;

/**
 * A job of the doctor's own. Used once.
 *
 * @param kafka the properties of Kafka's clients
 * @param group the portals' consumer group
 * @param timeout how long the answer may take
 */
record Probe(
        ConnectionOptions connection,
        Map<String, String> kafka,
        SigningOptions signing,
        String group,
        Duration timeout) {
    private static final String CHECK = "probe";

    /** So that portals say how far the job is, and Kafka is asked for portals: the last line then names the place. */
    private static final ProgressListener ATTENTIVE = new ProgressListener() {
        @Override
        public boolean wantsStages() {
            return true;
        }
    };

    /** Asks for an endpoint, once. */
    Finding send(String endpoint) {
        try (KafkaSendClient client = KafkaSendClient.builder()
                .bootstrapServers(connection.bootstrapServers)
                .requestTopic(connection.requestTopic)
                .responseTopic(connection.responseTopic)
                .kafkaProperties(kafka)
                .signingKey(signing.signingKey())
                .replyTo(signing.replyTo())
                .portalGroup(group)
                .defaultTimeout(timeout)
                .connectTimeout(Duration.ofSeconds(connection.connectTimeoutSeconds))
                .build()) {
            return answered(
                    client.call(Request.builder().endpoint(endpoint).build(), AnswerTarget.memory(), ATTENTIVE));
        } catch (JobFailedException e) {
            return Finding.fail(
                    CHECK,
                    "a portal took it, and " + e.getMessage(),
                    e.code()
                                    .flatMap(ErrorPlace::told)
                                    .map(place -> place + "; ")
                                    .orElse("") + "docs/operate/troubleshooting.md has what to do");
        } catch (ClientException e) {
            String id = e.jobId().map(JobId::value).orElse("");
            return Finding.fail(
                    CHECK,
                    e.getMessage(),
                    id.isEmpty()
                            ? ""
                            : "kafkasend trace " + id
                                    + " shows how far it came; a portal's readiness says whether it reads");
        }
    }

    private static Finding answered(Answer answer) {
        String what = "GET was answered " + answer.status() + " after "
                + answer.elapsed().toMillis() / 1_000.0 + " s (job " + answer.jobId() + ")";
        return answer.status() < 400
                ? Finding.ok(CHECK, what)
                : Finding.warn(CHECK, what, "the way there and back is free; the API itself says no");
    }
}
