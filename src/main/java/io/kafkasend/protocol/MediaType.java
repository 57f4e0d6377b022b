package io.kafkasend.protocol;

import java.util.Optional;
import java.util.regex.Pattern;

/** What START's {@code content_type} may be. Stateless. */
public final class MediaType {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern FORM = Pattern.compile("[!#$%&'+.^_`|~0-9A-Za-z-]+/[!#$%&'+.^_`|~0-9A-Za-z-]+"
            + "(?:[ \\t]*;[ \\t]*" + TOKEN + "=(?:" + TOKEN + "|\"[ !#-\\[\\]-~]*\"))*[ \\t]*");

    private MediaType() {}

    /**
     * Which rule a type breaks.
     *
     * @param form whether it is that of a form's file
     * @return one line that repeats nothing of the type; empty when it is good
     */
    public static Optional<String> fault(String type, boolean form) {
        if (type.length() > Limits.CONTENT_TYPE_CHARS) {
            return Optional.of("content_type has " + type.length() + " characters, and may have "
                    + Limits.CONTENT_TYPE_CHARS + " at most");
        }
        if (form && type.regionMatches(true, 0, "multipart/", 0, "multipart/".length())) {
            // A multipart part inside a form would let a client bring its own boundary; as a raw body it is plain data.
            return Optional.of("content_type is multipart, which a file within a form may not be");
        }
        if (!FORM.matcher(type).matches()) {
            return Optional.of(
                    "content_type is no media type, which is TYPE/SUBTYPE and parameters, such as application/pdf");
        }
        return Optional.empty();
    }
}
