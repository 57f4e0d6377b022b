package io.kafkasend.cli.diagnose;

import io.kafkasend.cli.diagnose.Verdict.Fault;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.SecretHeaders;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.Printable;
import io.kafkasend.security.endpoint.EndpointPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Judges the records of a request topic as a portal would, each by itself and against those of its job. What it holds is bounded, whatever
 * comes: of jobs beyond that the eldest are forgotten, and what comes of them is not judged. Not thread-safe.
 */
final class RequestJudge {
    private static final int JOBS = 2_000;
    private static final int HELD_BYTES = 64 << 20;
    private static final int NAME = 64;
    private static final int SHOWN = 200;
    /** What Kafka adds to key, value and headers, at most. */
    private static final int OVERHEAD = 86;

    private record Place(String id, int partition) {}

    private final MessageReader messages = new MessageReader();
    private final Map<Place, JudgedJob> jobs = new LinkedHashMap<>();
    private final SignatureJudge signatures;
    private final boolean complete;
    private long heldBytes;
    private long forgotten;

    /**
     * @param signatures judges signatures
     * @param complete whether it is shown all records that there are: what has no START then never had one
     */
    RequestJudge(SignatureJudge signatures, boolean complete) {
        this.signatures = signatures;
        this.complete = complete;
    }

    /** Judges the record that comes next. */
    Verdict judge(ConsumerRecord<byte[], byte[]> record) {
        List<Fault> faults = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        String key = shown(record.key());
        if (record.value() == null) {
            notes.add("a tombstone, which portals ignore");
            return Verdict.of(record, "record", key, faults, notes);
        }
        FrameHeaders frame = FrameHeaders.none();
        try {
            frame = FrameHeaders.of(record.headers(), Header::key, Header::value);
            RequestMessage message = messages.readRequest(record.key(), frame, record.value());
            String kind = kind(message);
            if (!Arrays.equals(message.jobId().key(), record.key())) {
                String wrong = "the record's key is not its job_id " + message.jobId();
                faults.add(new Fault(
                        ErrorCode.KEY_MISMATCH, wrong, record.key() == null ? "no key" : key, Sections.RECORDS));
                return Verdict.of(record, kind, key, faults, notes);
            }
            if (size(record) > Limits.RECORD_BYTES) {
                notes.add("the record has some " + size(record) + " bytes with key and headers; brokers are promised "
                        + Limits.RECORD_BYTES);
            }
            judge(record, message, faults, notes);
            return Verdict.of(record, kind, message.jobId().value(), faults, notes);
        } catch (ProtocolException e) {
            boolean framed = frame.isFrame();
            String kind = framed ? "frame" : type(record.value());
            String got = framed ? null : FieldValue.in(record.value(), FieldValue.named(e.getMessage()));
            faults.add(new Fault(e.code(), e.getMessage(), got, Sections.of(e.code(), kind)));
            e.jobId()
                    .map(id -> jobs.get(new Place(id.value(), record.partition())))
                    .ifPresent(job -> job.ended = true);
            return Verdict.of(record, kind, key, faults, notes);
        }
    }

    /** What is wrong with jobs that are not whole, now that there is nothing more to come. */
    List<Verdict> unfinished() {
        List<Verdict> all = new ArrayList<>();
        for (JudgedJob job : jobs.values()) {
            if (!job.ended) {
                String wrong = "not all CHUNKs have come: " + Printable.of(job.pieces.toString(), SHOWN);
                Fault fault = new Fault(ErrorCode.JOB_TIMEOUT, wrong, null, Sections.of(ErrorCode.JOB_TIMEOUT, "JOB"));
                all.add(new Verdict(
                        job.partition, job.offset, "JOB", job.start.jobId().value(), List.of(fault), List.of()));
            }
        }
        return all;
    }

    /** How many jobs are whole or have ended otherwise, of those that are known. */
    long endedJobs() {
        return jobs.values().stream().filter(job -> job.ended).count() + forgotten;
    }

    /** What it holds of memory, about. */
    long heldBytes() {
        return heldBytes;
    }

    private void judge(
            ConsumerRecord<byte[], byte[]> record, RequestMessage message, List<Fault> faults, List<String> notes) {
        Place place = new Place(message.jobId().value(), record.partition());
        JudgedJob job = jobs.get(place);
        if (message instanceof RequestStart start) {
            judge(record, place, job, start, faults, notes);
        } else if (job != null && message instanceof RequestChunk chunk) {
            judge(job, chunk, faults, notes);
        } else if (job != null && message instanceof RequestCancel cancel) {
            judge(job, cancel, faults, notes);
        } else {
            judgeWithoutStart(place, message, faults, notes);
        }
    }

    private void judge(
            ConsumerRecord<byte[], byte[]> record,
            Place place,
            JudgedJob known,
            RequestStart start,
            List<Fault> faults,
            List<String> notes) {
        if (known != null) {
            String field = known.start.differsIn(start).orElse(null);
            if (field == null) {
                notes.add("this START was there before, which portals ignore: is the producer idempotent?");
            } else {
                String wrong = "another START under the id of a job, with another " + field
                        + ": each request has its own job_id";
                ErrorCode code = known.start.bound() && !known.ended ? ErrorCode.DUPLICATE_START : null;
                faults.add(new Fault(code, wrong, null, Sections.ORDER));
            }
            return;
        }
        elsewhere(place, faults);
        judgeFields(start, faults, notes);
        signatures.judge(start, record, faults, notes);
        JudgedJob job = new JudgedJob(
                start, RequestDigest.of(record.value()), record.partition(), record.offset(), record.value().length);
        job.ended |= !faults.isEmpty();
        jobs.put(place, job);
        heldBytes += job.bytes;
        if (start.totalChunks() == 0) {
            judgeBody(job, faults, notes);
        }
        forget();
    }

    private static void judgeFields(RequestStart start, List<Fault> faults, List<String> notes) {
        try {
            new EndpointPolicy("/none", false).check(start.endpoint());
        } catch (PolicyViolation e) {
            if (e.reason() == PolicyViolation.Reason.ENDPOINT_MALFORMED) {
                String wrong = "no portal takes this endpoint: " + e.detail();
                faults.add(new Fault(ErrorCode.ENDPOINT_NOT_ALLOWED, wrong, null, Sections.START));
            }
        }
        for (String name : SecretHeaders.OF_EVERYBODY.among(start.headers().keySet())) {
            String wrong = "header " + Printable.of(name, NAME) + " must not be among headers: others read the topic";
            faults.add(new Fault(null, wrong, null, Sections.START));
        }
        if (start.totalChunks() > 0 && start.crc32() == null) {
            notes.add("crc32 is not set: a body that was damaged on its way is not found out");
        }
        if (start.secretSha256() == null) {
            notes.add("secret_sha256 is not set: others on the topic can write into the job");
        }
    }

    private void judge(JudgedJob job, RequestChunk chunk, List<Fault> faults, List<String> notes) {
        RequestStart start = job.start;
        int sequence = chunk.sequence();
        if (start.bound() && !job.digest.equals(chunk.request())) {
            String wrong = "request_sha256 is not the SHA-256 of START's record value, as it has to be where START has"
                    + " secret_sha256";
            faults.add(new Fault(null, wrong, chunk.request() == null ? "none" : chunk.request(), Sections.BINDING));
            return;
        }
        if (job.ended && !job.pieces.whole()) {
            notes.add("its job had failed or was cancelled before, so that portals ignore it");
            return;
        }
        if (chunk.frame() && !start.transfer().frames()) {
            String wrong = "a binary frame, and START does not say binary_frames";
            fail(job, faults, new Fault(ErrorCode.INVALID_MESSAGE, wrong, null, Sections.FRAMES));
        } else if (chunk.totalChunks() != null && chunk.totalChunks() != start.totalChunks()) {
            String wrong = "total_chunks is not START's " + start.totalChunks();
            fail(job, faults, new Fault(ErrorCode.INVALID_MESSAGE, wrong, "" + chunk.totalChunks(), Sections.CHUNK));
        } else if (sequence >= start.totalChunks()) {
            String wrong = "sequence is not within 0 and total_chunks - 1, which is " + (start.totalChunks() - 1);
            fail(job, faults, new Fault(ErrorCode.SEQUENCE_OUT_OF_RANGE, wrong, "" + sequence, Sections.CHUNK));
        } else {
            judgeData(job, chunk, faults, notes);
        }
    }

    private void judgeData(JudgedJob job, RequestChunk chunk, List<Fault> faults, List<String> notes) {
        RequestStart start = job.start;
        byte[] data = chunk.data();
        try {
            if (start.transfer().encoding() != null) {
                data = start.transfer().encoding().decode(start.jobId(), data);
            }
        } catch (ProtocolException e) {
            fail(job, faults, new Fault(e.code(), e.getMessage(), null, Sections.of(e.code(), "CHUNK")));
            return;
        }
        if (job.has(chunk.sequence())) {
            if (job.differs(chunk.sequence(), data) && !job.ended) {
                String wrong = "CHUNK " + chunk.sequence() + " was there with other bytes";
                fail(job, faults, new Fault(ErrorCode.CHUNK_CONFLICT, wrong, null, Sections.ORDER));
            } else {
                notes.add("this CHUNK was there before, which portals ignore: is the producer idempotent?");
            }
            return;
        }
        heldBytes -= job.held();
        job.take(chunk.sequence(), data);
        heldBytes += job.held();
        if (start.totalBytes() != null && job.size() > start.totalBytes()) {
            String wrong = "with this CHUNK the body is longer than total_bytes, which is " + start.totalBytes();
            fail(job, faults, new Fault(ErrorCode.LENGTH_MISMATCH, wrong, "" + job.size(), Sections.START));
        } else if (job.pieces.whole()) {
            job.ended = true;
            judgeBody(job, faults, notes);
        }
        forget();
    }

    /** The whole body against what START says of it. */
    private static void judgeBody(JudgedJob job, List<Fault> faults, List<String> notes) {
        RequestStart start = job.start;
        if (start.totalBytes() != null && start.totalBytes() != job.size()) {
            String wrong = "total_bytes is not the length of the body, " + job.size();
            faults.add(new Fault(ErrorCode.LENGTH_MISMATCH, wrong, "" + start.totalBytes(), Sections.START));
        }
        BodyDigest sums = job.sums();
        if (sums == null) {
            notes.add("the body's sums were not looked at: its CHUNKs came too far out of their order");
            return;
        }
        if (start.crc32() != null && start.crc32() != sums.crc32()) {
            String wrong = "crc32 is not that of the whole raw body, " + sums.crc32();
            faults.add(new Fault(ErrorCode.CRC_MISMATCH, wrong, "" + start.crc32(), Sections.START));
        }
        if (start.sha256() != null && !start.sha256().equals(sums.sha256())) {
            String wrong = "sha256 is not that of the whole raw body, " + sums.sha256();
            faults.add(new Fault(ErrorCode.SHA256_MISMATCH, wrong, start.sha256(), Sections.START));
        }
    }

    private void judge(JudgedJob job, RequestCancel cancel, List<Fault> faults, List<String> notes) {
        RequestStart start = job.start;
        boolean shown = cancel.secret() != null
                && RequestDigest.ofSecret(cancel.secret()).equals(start.secretSha256());
        if (start.bound() && !shown) {
            String wrong = "secret is not the one of START's secret_sha256";
            faults.add(new Fault(null, wrong, cancel.secret() == null ? "none" : null, Sections.CANCEL));
            return;
        }
        signatures.judge(start, cancel, faults, notes);
        if (faults.isEmpty()) {
            job.ended = true;
        }
    }

    private void judgeWithoutStart(Place place, RequestMessage message, List<Fault> faults, List<String> notes) {
        elsewhere(place, faults);
        if (!faults.isEmpty()) {
            return;
        }
        if (message instanceof RequestCancel) {
            notes.add("no START of its job was read here; portals ignore such a CANCEL");
        } else if (complete && forgotten == 0) {
            String wrong = "no START of its job came before it on its partition";
            faults.add(new Fault(ErrorCode.UNKNOWN_JOB, wrong, null, Sections.ORDER));
        } else {
            notes.add("not judged: the START of its job was not read");
        }
    }

    /** All records of a job lie on one partition. */
    private void elsewhere(Place place, List<Fault> faults) {
        jobs.values().stream()
                .filter(job -> job.partition != place.partition()
                        && job.start.jobId().value().equals(place.id()))
                .findFirst()
                .ifPresent(job -> {
                    String wrong = "its job began on partition " + job.partition
                            + ", where all of its records have to be: a job on another partition is another job";
                    String got = "partition " + place.partition();
                    faults.add(new Fault(ErrorCode.UNKNOWN_JOB, wrong, got, Sections.RECORDS));
                });
    }

    private static void fail(JudgedJob job, List<Fault> faults, Fault fault) {
        job.ended = true;
        faults.add(fault);
    }

    private void forget() {
        Iterator<JudgedJob> eldest = jobs.values().iterator();
        while (eldest.hasNext() && (jobs.size() > JOBS || heldBytes > HELD_BYTES)) {
            JudgedJob job = eldest.next();
            heldBytes -= job.bytes + job.held();
            eldest.remove();
            forgotten++;
        }
    }

    private static long size(ConsumerRecord<byte[], byte[]> record) {
        long size = OVERHEAD + record.value().length + record.key().length;
        for (Header header : record.headers()) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }

    private static String kind(RequestMessage message) {
        return message instanceof RequestStart ? "START" : message instanceof RequestChunk ? "CHUNK" : "CANCEL";
    }

    private static String type(byte[] value) {
        String type = FieldValue.in(value, "message_type");
        return "\"START\"".equals(type) || "\"CHUNK\"".equals(type) || "\"CANCEL\"".equals(type)
                ? type.substring(1, type.length() - 1)
                : "record";
    }

    private static String shown(byte[] key) {
        return key == null ? null : Printable.of(new String(key, StandardCharsets.UTF_8), NAME);
    }
}
