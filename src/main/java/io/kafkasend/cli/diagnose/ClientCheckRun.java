package io.kafkasend.cli.diagnose;

import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.client.ClientException;
import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/** Reads the request topic, and has its records judged. Used once. */
final class ClientCheckRun {
    private final ConnectionOptions connection;
    private final RequestJudge judge;
    private final JobId only;
    private final Duration time;
    private final Consumer<Verdict> told;
    private long messages;

    /**
     * @param only judges only this job's records; null for all
     * @param time how long it reads at most
     * @param told hears each verdict
     */
    ClientCheckRun(
            ConnectionOptions connection, RequestJudge judge, JobId only, Duration time, Consumer<Verdict> told) {
        this.connection = connection;
        this.judge = judge;
        this.only = only;
        this.time = time;
        this.told = told;
    }

    /**
     * Judges what is there.
     *
     * @param kafka properties of Kafka's clients
     * @param since {@link Instant#MIN} for all
     * @return whether it came to the end in time
     * @throws ClientException where Kafka cannot be asked
     */
    boolean past(Map<String, String> kafka, Instant since) {
        try (RecordReader reader = reader(kafka)) {
            boolean ended = reading(reader).past(connection.requestTopic, since, this::take);
            if (ended) {
                judge.unfinished().forEach(told); // what was not read may be what is missing
            }
            return ended;
        } catch (KafkaException e) {
            throw TraceRun.failure(connection, e);
        }
    }

    /**
     * Judges what comes from now on.
     *
     * @param ready is run once nothing that comes can be missed
     * @param jobs ends once so many jobs have ended
     */
    void live(Map<String, String> kafka, Runnable ready, int jobs) {
        try (RecordReader reader = reader(kafka)) {
            reading(reader).live(connection.requestTopic, ready, this::take, () -> judge.endedJobs() >= jobs);
            judge.unfinished().forEach(told);
        } catch (KafkaException e) {
            throw TraceRun.failure(connection, e);
        }
    }

    private RecordReader reader(Map<String, String> kafka) {
        Map<String, String> properties = new HashMap<>(kafka);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, connection.bootstrapServers);
        Duration patience = Duration.ofSeconds(connection.connectTimeoutSeconds);
        return new RecordReader(properties, patience, ClientCheckReading.properties());
    }

    private ClientCheckReading reading(RecordReader reader) {
        return new ClientCheckReading(reader.consumer(), only, time);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        messages++;
        told.accept(judge.judge(record));
    }

    /** How many records were judged. */
    long messages() {
        return messages;
    }
}
