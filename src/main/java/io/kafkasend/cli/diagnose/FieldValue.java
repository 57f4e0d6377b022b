package io.kafkasend.cli.diagnose;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kafkasend.security.Printable;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands in a field of a message that cannot be read: as much of it as may be shown. */
final class FieldValue {
    private static final int SHOWN = 60;
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern FIELD = Pattern.compile("^(?:START's |CANCEL's )?([a-z][a-z0-9_]*) ");
    /** Others read what a command prints. */
    private static final Set<String> HIDDEN = Set.of("data", "secret", "signature", "headers", "form_fields");

    private FieldValue() {}

    /** The field that a fault's text begins with. */
    static String named(String fault) {
        Matcher matcher = FIELD.matcher(fault);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** The value that a message has in that field; null where it has none, or it is not to be shown. */
    static String in(byte[] message, String field) {
        if (field.isEmpty() || HIDDEN.contains(field)) {
            return null;
        }
        try (JsonParser json = JSON.createParser(message)) {
            return json.nextToken() == JsonToken.START_OBJECT ? in(json, field) : null;
        } catch (IOException e) {
            return null; // as it is with what is no JSON
        }
    }

    private static String in(JsonParser json, String field) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = json.currentName().equals(field);
            JsonToken value = json.nextToken();
            if (wanted) {
                return value.isStructStart()
                        ? value == JsonToken.START_ARRAY ? "an array" : "an object"
                        : shown(value == JsonToken.VALUE_STRING ? '"' + json.getText() + '"' : json.getText());
            }
            json.skipChildren();
        }
        return null;
    }

    private static String shown(String text) {
        return Printable.of(text, SHOWN);
    }
}
