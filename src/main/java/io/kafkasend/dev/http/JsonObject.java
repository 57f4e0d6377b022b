package io.kafkasend.dev.http;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/** Writes one flat JSON object, in the order in which its members are put; the dev servers need no more than that. */
public final class JsonObject {

    private final StringBuilder json = new StringBuilder("{");

    /** Adds a string, or null. */
    public JsonObject put(String name, String value) {
        key(name);
        appendString(value);
        return this;
    }

    /** Adds a number. */
    public JsonObject put(String name, long value) {
        key(name);
        json.append(value);
        return this;
    }

    /** Adds an object of lists of strings. */
    public JsonObject put(String name, Map<String, ? extends Collection<String>> lists) {
        key(name);
        json.append('{');
        String separator = "";
        for (Map.Entry<String, ? extends Collection<String>> entry : lists.entrySet()) {
            json.append(separator);
            appendString(entry.getKey());
            json.append(":[");
            String comma = "";
            for (String value : entry.getValue()) {
                json.append(comma);
                appendString(value);
                comma = ",";
            }
            json.append(']');
            separator = ",";
        }
        json.append('}');
        return this;
    }

    /** The object in UTF-8. */
    public byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return json + "}";
    }

    private void key(String name) {
        if (json.length() > 1) {
            json.append(',');
        }
        appendString(name);
        json.append(':');
    }

    private void appendString(String value) {
        if (value == null) {
            json.append("null");
            return;
        }
        json.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f || Character.isSurrogate(c) && !isPaired(value, i)) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    private static boolean isPaired(String value, int i) {
        return Character.isHighSurrogate(value.charAt(i))
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }
}
