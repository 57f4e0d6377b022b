package io.kafkasend.protocol.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * The JSON (RFC 8259) that messages are read by: UTF-8 and nothing else, no duplicate names, bounded depth and length,
 * nothing after the object. Thread-safe.
 */
final class StrictJson {
    private static final ForgetfulJsonFactory FACTORY = new ForgetfulJsonFactory(new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Limits.DEPTH)
                    .maxStringLength(Limits.ANSWER_BYTES)
                    .maxNameLength(Limits.TEXT_CHARS)
                    .maxNumberLength(64)
                    .build())
            // Otherwise a character outside the BMP takes 12 bytes, as two escapes, and a text CHUNK outgrows
            // its
            // record.
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8));

    /** The same, but for names of any length: to find out whose such a message is, and nothing else. */
    private static final JsonFactory WIDE = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // else names of a megabyte would stay in a table
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Limits.DEPTH)
                    .maxStringLength(Limits.ANSWER_BYTES)
                    .maxNameLength(Limits.ANSWER_BYTES)
                    .maxNumberLength(64)
                    .build())
            .build();

    private StrictJson() {}

    static JsonFactory factory() {
        return FACTORY;
    }

    /** How many names of what was read are kept. */
    static int namesKept() {
        return FACTORY.namesKept();
    }

    /** A parser over the value, positioned before its first token. */
    static JsonParser parser(byte[] value) throws IOException {
        return parser(ByteSlice.of(value));
    }

    /** Likewise. */
    static JsonParser parser(ByteSlice value) throws IOException {
        return FACTORY.createParser(value.array(), value.from(), value.length());
    }

    /** A parser over UTF-8 that takes names of any length. */
    static JsonParser wideParser(byte[] value) throws IOException {
        return WIDE.createParser(new InputStreamReader(new ByteArrayInputStream(value), StandardCharsets.UTF_8));
    }

    /**
     * Whether the bytes are UTF-8 without a byte order mark, so that the parser's own guess of the encoding (RFC 4627 §3)
     * can be no other.
     */
    static boolean utf8(byte[] value) {
        if (value.length >= 3 && value[0] == (byte) 0xEF && value[1] == (byte) 0xBB && value[2] == (byte) 0xBF) {
            return false;
        }
        for (int i = 0; i < Math.min(4, value.length); i++) {
            if (value[i] == 0) {
                return false;
            }
        }
        int high = 0;
        for (byte b : value) {
            high |= b;
        }
        return high >= 0 || decodes(value);
    }

    /** Whether the bytes are well-formed UTF-8; uses a small buffer whatever their number. */
    static boolean decodes(byte[] value) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(value);
        CharBuffer out = CharBuffer.allocate(8_192);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (result.isError()) {
                return false;
            }
            if (result.isUnderflow()) {
                return true;
            }
            out.clear();
        }
    }
}
