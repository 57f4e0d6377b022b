package io.kafkasend.portal.kafka;

import io.kafkasend.kafka.RecordDigest;
import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Message;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * A record of the request topic that is no client's: what of it goes to the dead-letter topic, and why. It holds on to nothing
 * of what was fetched. Do not change the arrays.
 *
 * @param timestamp the record's, in milliseconds; or null
 * @param key as it came, or null; also where it is cut off
 * @param value as it came, or its first bytes, or null
 * @param headers as they came, or the first of them
 * @param cut what is missing; null where nothing is
 * @param reason what is wrong with it
 */
public record DeadLetter(
        String topic,
        int partition,
        long offset,
        Long timestamp,
        byte[] key,
        byte[] value,
        List<Header> headers,
        Cut cut,
        ProtocolException reason) {
    /** The most headers that a letter carries whole: more cost whoever copies them more than the rest of the record. */
    private static final int MOST_HEADERS = 128;

    /** So much of a record leaves room for a letter's own headers in a topic of Kafka's default size. */
    private static final int WHOLE_BYTES = Limits.RECORD_BYTES - 2_048;

    private static final int CUT_HEADERS = 32;
    private static final int CUT_HEADER_BYTES = 8_192;
    private static final int CUT_KEY_BYTES = 256;
    private static final int CUT_VALUE_BYTES = 16_384;
    private static final int NO_KEY = -1;

    /**
     * What a letter in reduced form lacks, and by what the record itself is known.
     *
     * @param headers how many the record has
     * @param keyBytes how long its key is; -1 for none
     * @param valueBytes how long its value is
     * @param digest of key and value, by {@link RecordDigest}
     */
    public record Cut(int headers, int keyBytes, int valueBytes, String digest) {}

    /**
     * The letter of a record.
     *
     * @param message made by the Kafka consumer, with its headers
     */
    public static DeadLetter of(Message message, ByteSlice value, ProtocolException reason) {
        Headers headers = message.getHeader(KafkaHeader.HEADERS, Headers.class);
        Header[] all = headers == null ? new Header[0] : headers.toArray();
        byte[] key = message.getHeader(KafkaHeader.KEY) instanceof byte[] bytes ? bytes : null;
        boolean whole = all.length <= MOST_HEADERS && size(key, value, all) <= WHOLE_BYTES;
        DeadLetter letter = new DeadLetter(
                message.getHeader(KafkaHeader.TOPIC, String.class),
                message.getHeader(KafkaHeader.PARTITION, Integer.class),
                message.getHeader(KafkaHeader.OFFSET, Long.class),
                message.getHeader(KafkaHeader.TIMESTAMP, Long.class),
                whole ? key : start(key),
                whole ? copy(value, value.length()) : copy(value, CUT_VALUE_BYTES),
                whole ? List.of(all) : first(all),
                whole ? null : cut(all.length, key, value),
                reason);
        return letter;
    }

    private static long size(byte[] key, ByteSlice value, Header[] headers) {
        long size = value.length() + (key == null ? 0 : key.length);
        for (Header header : headers) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }

    private static Cut cut(int headers, byte[] key, ByteSlice value) {
        return new Cut(
                headers,
                key == null ? NO_KEY : key.length,
                value.length(),
                RecordDigest.of(key, value.array(), value.from(), value.length()));
    }

    /** A key that is short, or none: half a key is another one. */
    private static byte[] start(byte[] key) {
        return key == null || key.length > CUT_KEY_BYTES ? null : key;
    }

    private static byte[] copy(ByteSlice value, int most) {
        return new ByteSlice(value.array(), value.from(), Math.min(value.length(), most)).toArray();
    }

    private static List<Header> first(Header[] all) {
        List<Header> first = new ArrayList<>();
        int bytes = 0;
        for (int i = 0; i < Math.min(all.length, CUT_HEADERS); i++) {
            byte[] value = all[i].value();
            bytes += all[i].key().length() * 3 + (value == null ? 0 : value.length);
            if (bytes > CUT_HEADER_BYTES) {
                break;
            }
            first.add(new RecordHeader(all[i].key(), value));
        }
        return first;
    }

    /** The letter in a form that any topic takes; the same where it has that form. */
    public DeadLetter reduced() {
        if (cut != null) {
            return this;
        }
        ByteSlice whole = ByteSlice.of(value);
        return new DeadLetter(
                topic,
                partition,
                offset,
                timestamp,
                start(key),
                copy(whole, CUT_VALUE_BYTES),
                first(headers.toArray(Header[]::new)),
                cut(headers.size(), key, whole),
                reason);
    }

    /** How much memory it takes, in bytes. */
    public int bytes() {
        long bytes = size(key, ByteSlice.of(value), headers.toArray(Header[]::new)) + 64L * headers.size();
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
