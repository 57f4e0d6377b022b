package io.kafkasend.portal.respond;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Message;
import org.apache.hc.core5.http.ContentType;

/**
 * The headers of an answer, and what they say of its body. Immutable.
 *
 * @param joined name to value, repeated ones joined
 * @param apart the values of those that are repeated
 */
record AnswerHeaders(Map<String, String> joined, Map<String, List<String>> apart) {
    /** Those that the step before has vetted. */
    static AnswerHeaders of(Message answer) {
        Map<String, String> joined = new LinkedHashMap<>();
        Map<String, List<String>> apart = new LinkedHashMap<>();
        answer.getHeaders().forEach((name, value) -> {
            if (name.startsWith("Camel")) {
                return;
            }
            if (value instanceof List<?> list) {
                List<String> values = list.stream().map(String::valueOf).toList();
                apart.put(name, values);
                joined.put(name, String.join(", ", values));
            } else {
                joined.put(name, String.valueOf(value));
            }
        });
        return new AnswerHeaders(joined, apart);
    }

    /** The media type as it came; null for none. */
    String contentType() {
        return value("Content-Type");
    }

    /** Whether they say text in UTF-8 or ASCII, sent as it is. */
    boolean sayText() {
        if (!sayAsItIs()) {
            return false;
        }
        try {
            ContentType parsed = ContentType.parse(contentType());
            return parsed != null
                    && parsed.getMimeType() != null
                    && isUnicode(parsed.getCharset())
                    && isText(parsed.getMimeType().toLowerCase(Locale.ROOT));
        } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
            return false;
        }
    }

    private static boolean isUnicode(Charset charset) {
        return charset == null || charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII);
    }

    private static boolean isText(String mime) {
        return mime.startsWith("text/")
                || mime.equals("application/json")
                || mime.equals("application/xml")
                || mime.equals("application/javascript")
                || mime.equals("application/x-www-form-urlencoded")
                || mime.endsWith("+json")
                || mime.endsWith("+xml");
    }

    /** Whether the API itself has not encoded the body. */
    boolean sayAsItIs() {
        String encoding = value("Content-Encoding");
        return encoding == null || encoding.equalsIgnoreCase("identity");
    }

    private String value(String name) {
        for (Map.Entry<String, String> header : joined.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }
}
