package io.kafkasend.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.CodeSource;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.TopicPartition;

/**
 * Which of Kafka's clients is there. Where our jar is a dependency of another project, that one's bill of materials may put an
 * older one in place of what we ask for: then classes and methods are missing, one of them sooner, the other later.
 */
public final class ClientVersion {
    /** The oldest with all that we call; ConsumerRecords and CloseOptions came with 4.0 and 4.1. */
    private static final int[] LEAST = {4, 1};

    private ClientVersion() {}

    /** What is wrong with the client that is there, in one line; empty for nothing. */
    public static Optional<String> fault() {
        return fault(version(), place());
    }

    static Optional<String> fault(String found, String place) {
        if (isEnough(found)) {
            return Optional.empty();
        }
        return Optional.of(
                "kafka-clients is " + found + " (" + place + "), and KafkaSend needs " + LEAST[0] + "." + LEAST[1]
                        + " or newer: name org.apache.kafka:kafka-clients in the project's own dependencyManagement, before any bill of materials"
                        + " that names an older one");
    }

    private static boolean isEnough(String version) {
        String[] parts = version.split("[.-]");
        try {
            int major = Integer.parseInt(parts[0]);
            return major > LEAST[0] || major == LEAST[0] && Integer.parseInt(parts[1]) >= LEAST[1];
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return true; // a vendor's own name for it: it is tried
        }
    }

    /** As its jar says; the class that would tell has moved between versions. */
    private static String version() {
        Properties known = new Properties();
        try (InputStream file = TopicPartition.class.getResourceAsStream("/kafka/kafka-version.properties")) {
            if (file != null) {
                known.load(file);
            }
        } catch (IOException e) {
            return "unknown";
        }
        return known.getProperty("version", "unknown");
    }

    private static String place() {
        CodeSource source = TopicPartition.class.getProtectionDomain().getCodeSource();
        URL url = source == null ? null : source.getLocation();
        return url == null ? "of unknown origin" : url.getPath().replaceFirst(".*/(?=[^/]+\\.jar)", "");
    }
}
