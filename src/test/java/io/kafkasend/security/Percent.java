package io.kafkasend.security;

import java.nio.charset.StandardCharsets;

/** Percent-encodes all but ASCII letters and digits. */
public final class Percent {
    private Percent() {}

    public static String encode(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
            out.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b & 0xFF));
        }
        return out.toString();
    }
}
