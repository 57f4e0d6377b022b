package io.kafkasend.protocol.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kafkasend.protocol.ByteSlice;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The text of a message's {@code data} where it is long and plain: printable ASCII without quote and backslash, as base64
 * is. It is nearly all of a CHUNK, and a JSON parser goes through it several times byte by byte. This finds its end eight
 * bytes at a time, so that the parser gets the rest alone, with an empty string in its place. Such a text is the same JSON
 * string whatever it holds, so the rest is right or wrong as the whole is.
 *
 * @param from where in the array the text begins, after its quote
 * @param to where its closing quote is
 */
record LongData(int from, int to) {
    /** Shorter values are not worth it. */
    private static final int LEAST_BYTES = 4_096;

    private static final int BLOCK_BYTES = 1_024;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x80 * EACH;
    private static final long SPACES = ' ' * EACH;
    private static final long QUOTES = '"' * EACH;
    private static final long BACKSLASHES = '\\' * EACH;

    /** Finds it; null where there is none such, or where the value is no JSON up to there. */
    static LongData in(ByteSlice value) {
        return value.length() < LEAST_BYTES ? null : ofAnyLengthIn(value);
    }

    static LongData ofAnyLengthIn(ByteSlice value) {
        int from = begin(value);
        if (from < 1 || value.array()[from - 1] != '"') {
            return null;
        }
        int to = end(value.array(), from, value.to());
        return to < value.to() && value.array()[to] == '"' ? new LongData(from, to) : null;
    }

    int length() {
        return to - from;
    }

    /** The value with an empty string in the text's place. */
    byte[] rest(ByteSlice value) {
        byte[] rest = new byte[value.length() - length()];
        int before = from - value.from();
        System.arraycopy(value.array(), value.from(), rest, 0, before);
        System.arraycopy(value.array(), to, rest, before, value.to() - to);
        return rest;
    }

    /** Where in the array the text of the message's own {@code data} begins; -1 where it has none. */
    private static int begin(ByteSlice value) {
        try (JsonParser parser = StrictJson.parser(value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return -1;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean data = parser.currentName().equals("data");
                JsonToken token = parser.nextToken();
                if (data) {
                    boolean string = token == JsonToken.VALUE_STRING;
                    return string
                            ? value.from() + (int) parser.currentTokenLocation().getByteOffset() + 1
                            : -1;
                }
                parser.skipChildren();
            }
            return -1;
        } catch (IOException | IllegalArgumentException e) {
            return -1; // whoever reads the whole says what is wrong with it
        }
    }

    /** The first byte that is not plain. */
    private static int end(byte[] value, int from, int limit) {
        int i = from;
        while (i <= limit - BLOCK_BYTES && plainBlock(value, i)) {
            i += BLOCK_BYTES;
        }
        while (i < limit && value[i] >= ' ' && value[i] != '"' && value[i] != '\\') {
            i++;
        }
        return i;
    }

    /**
     * Whether all of a block is plain. Called often, so that the JVM soon compiles it.
     *
     * <p>A difference has its high bit set where the byte was less, and a byte beyond ASCII has it by itself; what is borrowed
     * from the next byte is borrowed by one that is not plain.
     */
    private static boolean plainBlock(byte[] value, int from) {
        long unfit = 0;
        for (int i = from; i < from + BLOCK_BYTES; i += Long.BYTES) {
            long bytes = (long) LONGS.get(value, i);
            unfit |= bytes | (bytes - SPACES) | ((bytes ^ QUOTES) - EACH) | ((bytes ^ BACKSLASHES) - EACH);
        }
        return (unfit & HIGH_BITS) == 0;
    }
}
