package io.kafkasend.security;

/**
 * Text from outside made fit for a log line or an error message: printable ASCII only, and short. Stateless, hence
 * thread-safe.
 */
public final class Printable {
    private static final String ELLIPSIS = "...";
    private static final int MAX_PATH = 200;

    private Printable() {}

    /**
     * Escapes and truncates a text. Printable ASCII stays as it is, but for the backslash, which is doubled; CR, LF and
     * TAB become {@code \r}, {@code \n}, {@code \t}; every other UTF-16 unit becomes a backslash, {@code u} and four
     * hexadecimal digits.
     *
     * @param text any text; {@code null} reads {@code null}
     * @param maxLength greatest length of the result in characters, at least 3; a longer result ends in {@code ...}, and
     *     no escape is cut in two
     * @return printable ASCII of at most {@code maxLength} characters
     * @throws IllegalArgumentException if {@code maxLength} is under 3
     */
    public static String of(String text, int maxLength) {
        if (maxLength < ELLIPSIS.length()) {
            throw new IllegalArgumentException("maxLength: got " + maxLength + ", takes 3 or more");
        }
        if (text == null) {
            return of("null", maxLength);
        }
        if (text.length() <= maxLength && isPlain(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(Math.min(text.length(), maxLength) + 8);
        int cut = 0;
        for (int i = 0; i < text.length(); i++) {
            String next = escape(text.charAt(i));
            if (out.length() + next.length() > maxLength) {
                out.setLength(cut);
                return out.append(ELLIPSIS).toString();
            }
            out.append(next);
            if (out.length() <= maxLength - ELLIPSIS.length()) {
                cut = out.length();
            }
        }
        return out.toString();
    }

    /**
     * The path of an endpoint, as a log may have it: escaped as in {@link #of}, of at most 200 characters, without query and fragment,
     * where people put secrets, and without a user before a host.
     *
     * @param endpoint what a client asked for, in order or not; or null
     * @return the path; {@code none} where there is none
     */
    public static String path(String endpoint) {
        if (endpoint == null || !endpoint.startsWith("/")) {
            return "none"; // an absolute URL may hold a password
        }
        int end = 0;
        while (end < endpoint.length() && endpoint.charAt(end) != '?' && endpoint.charAt(end) != '#') {
            end++;
        }
        return of(endpoint.substring(0, end).replaceFirst("^//[^/]*@", "//***@"), MAX_PATH);
    }

    /** Whether nothing is to be escaped. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 0x20 || text.charAt(i) >= 0x7F || text.charAt(i) == '\\') {
                return false;
            }
        }
        return true;
    }

    private static String escape(char c) {
        return switch (c) {
            case '\\' -> "\\\\";
            case '\r' -> "\\r";
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            default -> c >= 0x20 && c < 0x7F ? String.valueOf(c) : String.format("\\u%04x", (int) c);
        };
    }

    /**
     * The text on one line that looks as it is: line ends, other controls, what turns or hides text (Unicode's format
     * characters) and halves of surrogate pairs become escapes as in {@link #of}. Letters of any script stay.
     *
     * @param text any text; {@code null} reads {@code null}
     * @return the text without what could forge a line
     */
    public static String line(String text) {
        String given = String.valueOf(text);
        if (given.codePoints().noneMatch(Printable::breaksALine)) {
            return given;
        }
        StringBuilder out = new StringBuilder(given.length() + 16);
        given.codePoints().forEach(c -> {
            if (breaksALine(c)) {
                for (char unit : Character.toChars(c)) {
                    out.append(escape(unit));
                }
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /**
     * The text on as many lines as it has, to be shown to a person: tabs and line ends stay, a CR before an LF goes with it,
     * and everything else that {@link #line} escapes is escaped, a CR alone above all.
     *
     * @param text any text; {@code null} reads {@code null}
     * @return the text without what could move a cursor, or turn or hide what stands beside it
     */
    public static String lines(String text) {
        String given = String.valueOf(text).replace("\r\n", "\n");
        if (given.codePoints().noneMatch(c -> c != '\n' && c != '\t' && breaksALine(c))) {
            return given;
        }
        StringBuilder out = new StringBuilder(given.length() + 16);
        int begin = 0;
        for (int i = 0; i < given.length(); i++) {
            char c = given.charAt(i);
            if (c == '\n' || c == '\t') {
                out.append(line(given.substring(begin, i))).append(c);
                begin = i + 1;
            }
        }
        return out.append(line(given.substring(begin))).toString();
    }

    private static boolean breaksALine(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
