package io.kafkasend.security.endpoint;

import java.text.Normalizer;

/**
 * Folds characters that some system on the way may take for an ASCII one: compatibility forms (NFKC, Unicode Annex 15),
 * digits of every script, stops and slashes of other scripts (which "best fit" code pages map to ASCII), and characters
 * that take no space.
 */
final class LookAlikes {
    private LookAlikes() {}

    static String fold(String text) {
        if (isAscii(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().filter(c -> !isInvisible(c)).forEach(c -> out.appendCodePoint(ascii(c)));
        return Normalizer.normalize(out, Normalizer.Form.NFKC);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static int ascii(int c) {
        return switch (c) {
            case 0x3002, 0xFF61 -> '.'; // the ideographic stops, which IDNA takes for a dot
            case 0x2044, 0x2215, 0x2571, 0x27CB, 0x29F8 -> '/';
            case 0x2216, 0x2572, 0x27CD, 0x29F5, 0x29F9 -> '\\';
            default ->
                c >= 0x80 && Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER ? '0' + Character.digit(c, 10) : c;
        };
    }

    private static boolean isInvisible(int c) {
        return Character.getType(c) == Character.FORMAT
                || c == 0x034F
                || c == 0x115F
                || c == 0x1160
                || c >= 0x180B && c <= 0x180F
                || c == 0x3164
                || c >= 0xFE00 && c <= 0xFE0F
                || c == 0xFFA0
                || c >= 0xE0000 && c <= 0xE0FFF;
    }
}
