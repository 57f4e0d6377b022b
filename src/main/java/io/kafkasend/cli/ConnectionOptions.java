package io.kafkasend.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** Where Kafka is and how to get in. */
final class ConnectionOptions {
    @Option(
            names = {"-b", "--bootstrap-servers"},
            paramLabel = "HOST:PORT[,...]",
            defaultValue = "localhost:9092",
            description = "Kafka's address ($KAFKA_BOOTSTRAP_SERVERS). Default: ${DEFAULT-VALUE}")
    String bootstrapServers;

    @Option(
            names = "--request-topic",
            paramLabel = "TOPIC",
            defaultValue = "api-requests",
            description = "the topic that the portal reads ($KAFKA_REQUEST_TOPIC). Default: ${DEFAULT-VALUE}")
    String requestTopic;

    @Option(
            names = "--response-topic",
            paramLabel = "TOPIC",
            defaultValue = "api-responses",
            description = "the topic that the portal writes ($KAFKA_RESPONSE_TOPIC). Default: ${DEFAULT-VALUE}")
    String responseTopic;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "a properties file for Kafka's clients, the place for SASL and TLS secrets"
                    + " ($KAFKA_CLIENT_CONFIG)")
    private Path config;

    @Option(
            names = "--kafka-property",
            paramLabel = "NAME=VALUE",
            description =
                    "one property for Kafka's clients, over that of the file; repeatable. Others on this machine can"
                            + " read it: give secrets in the file")
    private final Map<String, String> properties = new LinkedHashMap<>();

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "how long Kafka may take to answer at all. Default: ${DEFAULT-VALUE}")
    int connectTimeoutSeconds;

    /**
     * The file's properties and the command line's over them.
     *
     * @throws IllegalArgumentException when the file cannot be read, or a number is out of its range
     */
    Map<String, String> kafkaProperties() {
        if (connectTimeoutSeconds < 1 || connectTimeoutSeconds > 86_400) {
            throw new IllegalArgumentException(
                    "--connect-timeout is " + connectTimeoutSeconds + "; it takes 1 to 86400 seconds");
        }
        Map<String, String> all = new HashMap<>();
        if (config != null) {
            Properties read = new Properties();
            try (Reader reader = Files.newBufferedReader(config, StandardCharsets.UTF_8)) {
                read.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException("the Kafka client configuration " + config + " cannot be read", e);
            }
            read.stringPropertyNames().forEach(name -> all.put(name, read.getProperty(name)));
        }
        all.putAll(properties);
        return all;
    }
}
