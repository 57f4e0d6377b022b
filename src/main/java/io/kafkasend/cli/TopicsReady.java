package io.kafkasend.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the topics that a portal needs, saying in one line what is missing, each time that this changes. */
final class TopicsReady {
    private static final Logger LOG = LoggerFactory.getLogger("io.kafkasend.portal.Start");
    private static final int TIMEOUT_MS = 5_000;
    private static final long PAUSE_MS = 1_000;

    private TopicsReady() {}

    /** Returns when the broker answers and has both topics; a portal may be started before either. */
    static void await(String bootstrapServers, String... topics) throws InterruptedException {
        String said = "";
        while (true) {
            String missing = missing(bootstrapServers, Set.of(topics));
            if (missing.isEmpty()) {
                return;
            }
            if (!missing.equals(said)) {
                LOG.atWarn().log(missing + "; waiting");
                said = missing;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    /** Creates a topic as the protocol wants it, or leaves it as it is. */
    static void create(String bootstrapServers, String topic, int partitions) {
        try (Admin admin = admin(bootstrapServers)) {
            NewTopic wanted = new NewTopic(topic, partitions, (short) 1);
            admin.createTopics(List.of(wanted)).all().get(TIMEOUT_MS * 4L, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException(
                        "cannot create topic " + topic + ": " + e.getCause().getMessage());
            }
        } catch (Exception e) {
            throw new KafkaException("cannot create topic " + topic + ": " + e.getMessage());
        }
    }

    private static String missing(String bootstrapServers, Set<String> topics) throws InterruptedException {
        try (Admin admin = admin(bootstrapServers)) {
            Set<String> absent = new TreeSet<>(topics);
            absent.removeAll(admin.listTopics().names().get());
            return absent.isEmpty()
                    ? ""
                    : "topic " + String.join(" and ", absent)
                            + " does not exist; `kafkasend topics --create` creates it";
        } catch (ExecutionException | KafkaException e) {
            return "no broker answers at KAFKA_BOOTSTRAP_SERVERS " + bootstrapServers;
        }
    }

    private static Admin admin(String bootstrapServers) {
        return Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers,
                "request.timeout.ms", TIMEOUT_MS,
                "default.api.timeout.ms", TIMEOUT_MS));
    }
}
