package io.kafkasend.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a multipart/form-data request (RFC 7578) has beside its file. Immutable; equal whatever the order of the texts.
 *
 * @param file the name of the file's field; null for the portal's own, which is {@code file} unless its operator says otherwise
 * @param texts the other fields, which stand before the file: name to values, in their order
 */
public record Form(String file, Map<String, List<String>> texts) {
    /** A form as it was before clients could say more of it: the file alone. */
    public static final Form OF_FILE_ALONE = new Form(null, Map.of());

    public Form {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        texts.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        texts = Collections.unmodifiableMap(copy);
    }

    /** How many texts there are. */
    public int size() {
        return texts.values().stream().mapToInt(List::size).sum();
    }

    /** How many characters all names and values have. */
    public long chars() {
        long chars = file == null ? 0 : file.length();
        for (Map.Entry<String, List<String>> text : texts.entrySet()) {
            for (String value : text.getValue()) {
                chars += text.getKey().length() + value.length();
            }
        }
        return chars;
    }

    /**
     * Why no portal takes the form, as half a sentence; null where nothing speaks against it. Line ends in a name are taken, since
     * they are escaped as browsers do.
     */
    public String fault() {
        if (file != null && !isName(file) || !texts.keySet().stream().allMatch(Form::isName)) {
            return "a form field's name has 1 to " + Limits.FORM_NAME_CHARS
                    + " characters, without \\ and controls other than line ends";
        }
        if (Math.max(size(), texts.size()) > Limits.FORM_FIELDS) {
            return "a form may have " + Limits.FORM_FIELDS + " text fields";
        }
        return chars() > Limits.FORM_CHARS
                ? "the names and values of a form may have " + Limits.FORM_CHARS + " characters"
                : null;
    }

    /** Many readers take {@code \} for the escape of the quote behind it. */
    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= Limits.FORM_NAME_CHARS
                && name.chars()
                        .allMatch(c -> c == '\r'
                                || c == '\n'
                                || c != '\\' && c != '\u2028' && c != '\u2029' && !Character.isISOControl(c));
    }
}
