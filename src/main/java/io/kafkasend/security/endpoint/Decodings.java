package io.kafkasend.security.endpoint;

import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * All that one percent-encoded text may mean to the systems it passes: as it stands, decoded again and again until it no
 * longer changes, and each of these with its look-alikes folded.
 */
final class Decodings {
    /** Decodings after which a text that still changes is refused; honest ones need two. */
    static final int MAX_DECODINGS = 5;

    /** What to do with bytes that are no UTF-8, once the first decoding has gone well. */
    enum BadBytes {
        REFUSE,
        /** For query values, where {@code %25ab%25} is an honest search for {@code %ab%}. */
        REPLACE
    }

    private Decodings() {}

    /**
     * The readings, the text itself first.
     *
     * @throws PolicyViolation if a reading has a control character or bad UTF-8, or there are too many
     */
    static List<String> of(String text, BadBytes badBytes) throws PolicyViolation {
        Set<String> readings = new LinkedHashSet<>();
        String level = text;
        for (int decodings = 0; decodings <= MAX_DECODINGS; decodings++) {
            String folded = LookAlikes.fold(level);
            requireNoControls(level);
            requireNoControls(folded);
            readings.add(level);
            readings.add(folded);
            BadBytes mode = decodings == 0 ? BadBytes.REFUSE : badBytes;
            String next = decode(level, mode);
            if (next.equals(level)) {
                next = decode(folded, mode);
                if (next.equals(folded)) {
                    return List.copyOf(readings);
                }
            }
            level = next;
        }
        throw new PolicyViolation(
                Reason.ENDPOINT_MALFORMED, "still percent-encoded after " + MAX_DECODINGS + " decodings");
    }

    private static void requireNoControls(String text) throws PolicyViolation {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                throw new PolicyViolation(
                        Reason.ENDPOINT_MALFORMED, String.format("an encoded control character (U+%04X)", (int) c));
            }
        }
    }

    /** Decodes every valid escape, {@code %uXXXX} (IIS) included, and leaves a percent sign that starts none. */
    static String decode(String text, BadBytes badBytes) throws PolicyViolation {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        ByteBuffer bytes = ByteBuffer.allocate(text.length() / 3 + 1);
        int i = 0;
        while (i < text.length()) {
            int octet = hex(text, i + 1, 2);
            if (text.charAt(i) == '%' && octet >= 0) {
                bytes.put((byte) octet);
                i += 3;
                continue;
            }
            flush(bytes, out, badBytes);
            boolean iis = text.startsWith("%u", i) || text.startsWith("%U", i);
            int unit = iis ? hex(text, i + 2, 4) : -1;
            out.append(unit >= 0 ? (char) unit : text.charAt(i));
            i += unit >= 0 ? 6 : 1;
        }
        flush(bytes, out, badBytes);
        return out.toString();
    }

    private static void flush(ByteBuffer bytes, StringBuilder out, BadBytes badBytes) throws PolicyViolation {
        if (bytes.position() == 0) {
            return;
        }
        CodingErrorAction action = badBytes == BadBytes.REFUSE ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
        try {
            out.append(StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(action)
                    .onUnmappableCharacter(action)
                    .decode(bytes.flip()));
        } catch (CharacterCodingException e) {
            throw new PolicyViolation(Reason.ENDPOINT_MALFORMED, "percent-encoded bytes that are not UTF-8");
        }
        bytes.clear();
    }

    /** The number of {@code digits} hexadecimal ASCII digits from {@code start}, or -1. */
    static int hex(String text, int start, int digits) {
        if (start + digits > text.length()) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < start + digits; i++) {
            char c = text.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }
}
