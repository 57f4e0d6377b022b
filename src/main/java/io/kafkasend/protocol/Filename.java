package io.kafkasend.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What START's {@code filename} may be: a plain name, which can lead nowhere and end no header's line. Stateless. */
public final class Filename {
    /** As browsers and servers write controls within a form's header. */
    private static final Pattern PERCENT_CONTROL = Pattern.compile("%(?:[01][0-9A-Fa-f]|7[Ff])");

    private Filename() {}

    /**
     * Which rule a name breaks.
     *
     * @return one line that repeats nothing of the name; empty when it is good
     */
    public static Optional<String> fault(String name) {
        if (name.isEmpty()) {
            return Optional.of("filename is empty, or no text");
        }
        if (name.equals(".") || name.equals("..")) {
            return Optional.of("filename is . or .., which is a directory's");
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.FILENAME_BYTES) {
            return Optional.of(
                    "filename has " + bytes + " bytes in UTF-8, and may have " + Limits.FILENAME_BYTES + " at most");
        }
        Matcher escaped = PERCENT_CONTROL.matcher(name);
        if (escaped.find()) {
            return Optional.of("filename has an escaped control character (%00 to %1F, %7F) at " + escaped.start()
                    + ", which servers take for the character");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '\\') {
                return Optional.of("filename is a path: it has a slash or backslash at " + i);
            }
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                return Optional.of(
                        String.format("filename has a control character or line end (U+%04X at %d)", (int) c, i));
            }
        }
        return Optional.empty();
    }
}
