package io.kafkasend.cli.diagnose;

import io.kafkasend.protocol.ErrorCode;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a portal makes of one record of the request topic, or of a job that stayed as it is. Immutable; holds no payload.
 *
 * @param partition where the record lies
 * @param offset likewise; that of START where it is of a job
 * @param kind {@code START}, {@code CHUNK}, {@code CANCEL}, {@code JOB}, or {@code record} where it is no message
 * @param job as far as it is known: its id, or what stands for it, fit to be shown; or null
 * @param faults what is wrong; empty where nothing is
 * @param notes what a portal takes, and a client may do better; and what could not be judged
 */
record Verdict(int partition, long offset, String kind, String job, List<Fault> faults, List<String> notes) {
    /**
     * One thing that is wrong.
     *
     * @param code what a portal answers, or logs where no client can be told; null where it ignores the record in silence
     * @param wrong what is wrong, with what is accepted
     * @param got what stands there; null where that is said, or not to be shown
     * @param section where PROTOCOL.md has it
     */
    record Fault(ErrorCode code, String wrong, String got, String section) {
        /** In a line. */
        @Override
        public String toString() {
            return (code == null ? "ignored" : code.name()) + ": " + wrong + (got == null ? "" : ", got " + got)
                    + " (PROTOCOL.md, " + section + ")";
        }
    }

    static Verdict of(ConsumerRecord<?, ?> record, String kind, String job, List<Fault> faults, List<String> notes) {
        return new Verdict(record.partition(), record.offset(), kind, job, List.copyOf(faults), List.copyOf(notes));
    }

    /** Whether nothing is wrong. */
    boolean good() {
        return faults.isEmpty();
    }
}
