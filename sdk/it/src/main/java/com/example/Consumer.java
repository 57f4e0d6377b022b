package com.example;

import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.Body;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.client.SigningKey;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.protocol.Method;
import java.io.OutputStream;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a file, takes one, also as a stream, and is refused once; by TLS, SASL and a signature where the environment says so. */
public final class Consumer {
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);

    private Consumer() {}

    /**
     * @param arguments the file to send, and where the one that comes goes
     */
    public static void main(String[] arguments) throws Exception {
        LOG.info("begins");
        KafkaSendClient.Builder builder = KafkaSendClient.builder()
                .bootstrapServers(System.getenv("KAFKA_BOOTSTRAP_SERVERS"))
                .kafkaProperties(KafkaSecurity.fromEnvironment(System.getenv()).properties());
        if (System.getenv("SIGNING_KEY") != null) {
            builder.signingKey(SigningKey.read("sdk", Path.of(System.getenv("SIGNING_KEY"))));
        }
        try (KafkaSendClient client = builder.build()) {
            Answer sent = client.call(Request.builder()
                    .method(Method.POST)
                    .endpoint("/api/v1/upload")
                    .filename("photo.bin")
                    .body(Body.file(Path.of(arguments[0])))
                    .build());
            System.out.println("upload " + sent.status() + " " + sent.text());
            Answer taken = client.call(
                    Request.get("/api/v1/documents/photo.bin?size=2000000"), AnswerTarget.file(Path.of(arguments[1])));
            System.out.println("download " + taken.status() + " " + taken.size() + " attempts " + taken.attempts()
                    + (taken.elapsed().isZero() ? " in no time" : ""));
            try (AnswerStream streamed = client.open(Request.get("/api/v1/documents/photo.bin?size=2000000"))) {
                System.out.println("streamed " + streamed.status() + " "
                        + streamed.transferTo(OutputStream.nullOutputStream()) + " "
                        + streamed.answer().crcVerified());
            }
            client.call(Request.get("/secret/of/the/api"));
        } catch (JobFailedException e) {
            System.out.println("refused " + e.getMessage());
        }
        LOG.info("ends");
    }
}
