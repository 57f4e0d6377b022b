package io.kafkasend.portal;

import java.time.Duration;
import java.util.Collection;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The portal's consumer: Kafka's own, with the portal's {@link PollDuties} around its polls and rebalances. Not
 * thread-safe, as KafkaConsumer is not.
 */
final class LedgerConsumer extends KafkaConsumer<Object, Object> {
    private final PollDuties duties;

    LedgerConsumer(Properties properties, Ledger ledger) {
        super(properties);
        this.duties = new PollDuties(ledger, this, new Beneath(), ledger::awaitRoom, System::nanoTime);
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        return duties.poll(timeout);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        duties.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        duties.resume(partitions);
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener camel) {
        super.subscribe(topics, duties.around(camel));
    }

    /** What KafkaConsumer itself does. */
    private final class Beneath implements PollDuties.Plain {
        @Override
        public ConsumerRecords<Object, Object> poll(Duration timeout) {
            return LedgerConsumer.super.poll(timeout);
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            LedgerConsumer.super.pause(partitions);
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            LedgerConsumer.super.resume(partitions);
        }
    }
}
