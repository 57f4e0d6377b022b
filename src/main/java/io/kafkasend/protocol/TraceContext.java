package io.kafkasend.protocol;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in a trace a request stands, as W3C Trace Context has it: the value of a {@code traceparent}. It says nothing of the
 * request, and proves nothing: whoever sends one may have made it up. Immutable.
 *
 * @param traceId the trace, 32 lower-case hexadecimal digits, not all of them 0
 * @param spanId the step that the request comes from, 16 likewise
 * @param sampled whether whoever sent it keeps its part of the trace
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {
    /** What a peer of a later version may have behind the flags is not looked at, but bounded. */
    public static final int MOST_CHARS = 256;

    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", Pattern.DOTALL);
    private static final String NO_VERSION = "ff";
    private static final String FIRST_VERSION = "00";
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_SPAN = "0".repeat(16);
    private static final int SAMPLED = 1;
    private static final int HEX = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * @throws IllegalArgumentException for ids that are none
     */
    public TraceContext {
        if (!isId(traceId, NO_TRACE) || !isId(spanId, NO_SPAN)) {
            throw new IllegalArgumentException("a trace's id is 32 hexadecimal digits, a span's 16, not all of them 0");
        }
    }

    /** By hand: each traced job makes some, and a pattern costs more than all the rest of that. */
    private static boolean isId(String text, String none) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return text.length() == none.length() && !text.equals(none);
    }

    /**
     * Reads a {@code traceparent} of any version; empty for what is none, which by the standard is as if it were not there.
     *
     * @param text any text, or null
     */
    public static Optional<TraceContext> parse(String text) {
        if (text == null || text.length() > MOST_CHARS) {
            return Optional.empty();
        }
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()
                || parts.group(1).equals(NO_VERSION)
                || parts.group(1).equals(FIRST_VERSION) && parts.group(5) != null
                || parts.group(2).equals(NO_TRACE)
                || parts.group(3).equals(NO_SPAN)) {
            return Optional.empty();
        }
        boolean sampled = (Integer.parseInt(parts.group(4), HEX) & SAMPLED) != 0;
        return Optional.of(new TraceContext(parts.group(2), parts.group(3), sampled));
    }

    /**
     * Reads a {@code traceparent} that somebody means.
     *
     * @throws IllegalArgumentException for what is none
     */
    public static TraceContext of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("this is no traceparent of W3C Trace Context; it takes"
                        + " 00-, 32 hexadecimal digits, -, 16 more, and -01 or -00"));
    }

    /** The first step of a new trace that is kept; its ids are random. */
    public static TraceContext begin() {
        return new TraceContext(random(NO_TRACE), random(NO_SPAN), true);
    }

    /** A further step of this trace, kept where this one is; its id is random. */
    public TraceContext next() {
        return new TraceContext(traceId, random(NO_SPAN), sampled);
    }

    /** As many random digits as there are in what the id must not be. */
    private static String random(String none) {
        byte[] bytes = new byte[none.length() / 2];
        String id;
        do {
            RANDOM.nextBytes(bytes);
            id = HexFormat.of().formatHex(bytes);
        } while (id.equals(none));
        return id;
    }

    /** The {@code traceparent}, in version 00: 55 characters. */
    @Override
    public String toString() {
        return FIRST_VERSION + "-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
