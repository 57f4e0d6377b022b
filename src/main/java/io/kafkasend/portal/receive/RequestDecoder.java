package io.kafkasend.portal.receive;

import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.CorrelationId;
import io.kafkasend.portal.kafka.DeadLetter;
import io.kafkasend.portal.kafka.KafkaHeader;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The step {@code decode}: a record becomes a message of the protocol. Kafka's headers end here, but for what a binary frame's
 * say of its chunk: a record header must not become an HTTP header, and Kafka's own names change between Camel's patch
 * versions. Thread-safe.
 */
public final class RequestDecoder implements Processor {
    /** Printable, and no longer than anybody's idea of an id. */
    private static final Pattern CLAIM = Pattern.compile("[!-~]{1,128}");

    private final Ledger ledger;
    private final MessageReader reader = new MessageReader();

    /**
     * @param ledger knows the record
     */
    public RequestDecoder(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Ends here in silence for what was done before the portal read it again.
     *
     * @throws ProtocolException for a record that is no message, or not its key's
     */
    @Override
    public void process(Exchange exchange) throws ProtocolException {
        Message in = exchange.getIn();
        JobExchange steps = JobExchange.of(exchange);
        LedgerEntry record = ledger.entry(
                in.getHeader(KafkaHeader.TOPIC, String.class),
                in.getHeader(KafkaHeader.PARTITION, Integer.class),
                in.getHeader(KafkaHeader.OFFSET, Long.class));
        if (record.wasDone()) {
            exchange.setRouteStop(true); // read again only because an unfinished job lies below it
            return;
        }
        steps.record(record);
        steps.written(in.getHeader(KafkaHeader.TIMESTAMP, Long.class));
        Object key = in.getHeader(KafkaHeader.KEY);
        ByteSlice value = value(in.getBody());
        if (value == null) {
            // A tombstone: compaction's own, and no client's.
            record.settle();
            exchange.setRouteStop(true);
            return;
        }
        RequestMessage message;
        FrameHeaders frame = FrameHeaders.none();
        try {
            frame = frame(in.getHeader(KafkaHeader.HEADERS, Headers.class));
            message = read(key instanceof byte[] text ? text : null, frame, value);
        } catch (ProtocolException e) {
            String claimed = claimedId(key, e);
            if (claimed != null) {
                steps.claimedId(claimed);
                steps.request(RequestDigest.of(value));
            } else if (e.jobId().isEmpty()) {
                steps.deadLetter(DeadLetter.of(in, value, e));
            } else if (!frame.isFrame()) {
                // Of a bad START it is the client's own; of any other record it is nobody's.
                steps.request(RequestDigest.of(value));
            }
            throw e;
        } catch (RuntimeException | Error e) {
            // Whatever it is of: it comes again with the record.
            String failure = "the portal failed on it: " + e.getClass().getSimpleName();
            steps.deadLetter(DeadLetter.of(in, value, new ProtocolException(ErrorCode.INTERNAL_ERROR, null, failure)));
            throw e;
        } finally {
            in.removeHeaders("*");
        }
        if (message instanceof RequestStart) {
            steps.request(RequestDigest.of(value));
        }
        steps.identify(CorrelationId.of(record, message.jobId()));
        in.setBody(message);
    }

    /** Reads a message whose key is its job_id: whoever writes under another key cannot even fail a job. */
    private RequestMessage read(byte[] key, FrameHeaders frame, ByteSlice value) throws ProtocolException {
        try {
            RequestMessage message = reader.readRequest(key, frame, value);
            requireKey(key, message.jobId());
            return message;
        } catch (ProtocolException e) {
            if (e.jobId().isPresent()) {
                requireKey(key, e.jobId().get());
            }
            throw e;
        }
    }

    /** Under which text the writer of a START awaits its answer: what its job_id and its key both are, if not a job id. */
    private static String claimedId(Object key, ProtocolException fault) {
        return fault.claimedId()
                .filter(text -> CLAIM.matcher(text).matches())
                .filter(text -> isKey(key instanceof byte[] bytes ? bytes : null, text))
                .orElse(null);
    }

    /** What the route's deserialiser gave: ours, or Kafka's for byte arrays; null for a tombstone. */
    private static ByteSlice value(Object body) {
        return body instanceof byte[] bytes ? ByteSlice.of(bytes) : body instanceof ByteSlice slice ? slice : null;
    }

    private static FrameHeaders frame(Headers headers) {
        return headers == null ? FrameHeaders.none() : FrameHeaders.of(headers, Header::key, Header::value);
    }

    private static void requireKey(byte[] key, JobId jobId) throws ProtocolException {
        if (!isKey(key, jobId.value())) {
            throw new ProtocolException(ErrorCode.KEY_MISMATCH, null, "the record's key is not its job_id");
        }
    }

    private static boolean isKey(byte[] key, String id) {
        return Arrays.equals(id.getBytes(StandardCharsets.US_ASCII), key);
    }
}
