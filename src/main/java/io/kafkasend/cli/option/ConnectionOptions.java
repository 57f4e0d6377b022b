package io.kafkasend.cli.option;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.log.LogLevelOption;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.security.Printable;
import io.kafkasend.setting.SettingsException;
import io.kafkasend.setting.Suggestions;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where Kafka is and how to get in. */
public final class ConnectionOptions {
    private static final int SHOWN = 200;

    @Option(
            names = {"-b", "--bootstrap-servers"},
            paramLabel = "HOST:PORT[,...]",
            defaultValue = "localhost:9092",
            description = "Kafka's address ($KAFKA_BOOTSTRAP_SERVERS). Default: ${DEFAULT-VALUE}")
    public String bootstrapServers;

    @Option(
            names = "--request-topic",
            paramLabel = "TOPIC",
            defaultValue = "api-requests",
            description = "the topic that the portal reads ($KAFKA_REQUEST_TOPIC). Default: ${DEFAULT-VALUE}")
    public String requestTopic;

    @Option(
            names = "--response-topic",
            paramLabel = "TOPIC",
            defaultValue = "api-responses",
            description = "the topic that the portal writes ($KAFKA_RESPONSE_TOPIC). Default: ${DEFAULT-VALUE}")
    public String responseTopic;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "a properties file for Kafka's clients, for what KAFKA_SECURITY_PROTOCOL and its like do not"
                    + " say ($KAFKA_CLIENT_CONFIG)")
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
            paramLabel = "TIME",
            defaultValue = "10",
            converter = Seconds.class,
            description = "how long Kafka may take to answer at all. Default: ${DEFAULT-VALUE}")
    public int connectTimeoutSeconds;

    @Mixin
    public final LogLevelOption logs = new LogLevelOption();

    /**
     * The properties that the variables give, those of the file, and the command line's over the file's. A property that the
     * variables and one of the others give differently is a mistake: no login is made of halves.
     *
     * @throws IllegalArgumentException when the file cannot be read, a number is out of its range, a variable has an unfit
     *     value, or two of them do not agree
     */
    public Map<String, String> kafkaProperties(Console surroundings) {
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
        tellOfUnknown(all.keySet(), surroundings);
        KafkaSecurity security = security(surroundings);
        security.properties().forEach((name, value) -> {
            if (!all.getOrDefault(name, value).equals(value)) {
                throw new IllegalArgumentException("the Kafka client configuration sets " + name
                        + ", and KAFKA_SECURITY_PROTOCOL and its like set it otherwise; say it in one place");
            }
            all.put(name, value);
        });
        // Nobody reads a command's metrics, and to tell them takes longer than a request.
        all.putIfAbsent("metric.reporters", "");
        all.putIfAbsent("enable.metrics.push", "false");
        security.warnings().forEach(warning -> surroundings.warn(warning));
        return all;
    }

    /** The options that say where answers are read, as far as they are not as by default, for another command. */
    public List<String> toRead() {
        List<String> words = new ArrayList<>();
        if (!bootstrapServers.equals("localhost:9092")) {
            words.addAll(List.of("-b", bootstrapServers));
        }
        if (!responseTopic.equals("api-responses")) {
            words.addAll(List.of("--response-topic", responseTopic));
        }
        if (config != null) {
            words.addAll(List.of("--kafka-config", config.toString()));
        }
        return words;
    }

    /** Says which names are none that Kafka's clients know; they may still be an interceptor's. */
    private static void tellOfUnknown(Set<String> names, Console surroundings) {
        if (names.isEmpty()) {
            return; // as most often; to know all of Kafka's names costs time
        }
        Set<String> own = KafkaSendClient.ownKafkaProperties();
        Set<String> known = KafkaSendClient.kafkaProperties();
        for (String name : new TreeSet<>(names)) {
            if (own.contains(name)) {
                surroundings.warn(name + " is KafkaSend's own, and is not changed");
            } else if (!known.contains(name) && !name.startsWith("config.providers.")) {
                surroundings.warn("Kafka's clients know no property " + Printable.of(name, SHOWN)
                        + Suggestions.question(Suggestions.mostAlike(name, known)));
            }
        }
    }

    private static KafkaSecurity security(Console surroundings) {
        try {
            return KafkaSecurity.fromEnvironment(surroundings.environment());
        } catch (SettingsException e) {
            throw new IllegalArgumentException(String.join("; ", e.faults()), e);
        }
    }
}
