package io.kafkasend.protocol.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads values of JSON by their type, without coercion: what is of another type, or longer than it may be, is skipped, and
 * the first of them is noted. Used by one thread.
 */
final class JsonValues {
    static final String TEXTS = "an object of strings, or of arrays of strings";

    private final JsonParser parser;
    private String fault;

    /**
     * @param parser stands at the value that is asked for
     */
    JsonValues(JsonParser parser) {
        this.parser = parser;
    }

    /** The first value that was of the wrong type, as a sentence; null when all are right. */
    String fault() {
        return fault;
    }

    /** The texts of an array, or the one that stands in the place of an array. */
    List<String> texts(String field, JsonToken token, int maxChars) throws IOException {
        List<String> texts = new ArrayList<>();
        if (token != JsonToken.START_ARRAY) {
            addText(texts, field, token, maxChars);
            return texts;
        }
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            addText(texts, field, item, maxChars);
        }
        return texts;
    }

    private void addText(List<String> texts, String field, JsonToken token, int maxChars) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            wrong(field, TEXTS);
            return;
        }
        String text = string(field, token, maxChars);
        if (text != null) {
            texts.add(text);
        }
    }

    /** A string of which only some are right: one unfit even to be read becomes "", which never is. */
    String word(String name, JsonToken token, int maxChars) throws IOException {
        if (token == JsonToken.VALUE_STRING && (parser.getTextLength() > maxChars || !wellFormed(parser.getText()))) {
            return "";
        }
        return string(name, token, maxChars);
    }

    String string(String name, JsonToken token, int maxChars) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            wrong(name, "a string");
            return null;
        }
        if (parser.getTextLength() > maxChars) {
            note(name + " may have " + maxChars + " characters");
            return null;
        }
        String text = parser.getText();
        if (!wellFormed(text)) {
            note(name + " holds half of a surrogate pair");
            return null;
        }
        return text;
    }

    Long integer(String name, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            wrong(name, "an integer");
            return null;
        }
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            note(name + " is out of range");
            return null;
        }
        return parser.getLongValue();
    }

    /** A whole number, or null for anything else: outside of a signature the field means nothing. */
    Long numberIfAny(JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        parser.skipChildren();
        return null;
    }

    /** A text, or null for anything else, likewise. */
    String textIfAny(JsonToken token, int maxChars) throws IOException {
        if (token == JsonToken.VALUE_STRING && parser.getTextLength() <= maxChars) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }

    Boolean bool(String name, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            wrong(name, "true or false");
            return null;
        }
        return token == JsonToken.VALUE_TRUE;
    }

    void wrong(String name, String accepted) throws IOException {
        parser.skipChildren();
        note(name + " is not " + accepted);
    }

    void note(String sentence) {
        if (fault == null) {
            fault = sentence;
        }
    }

    static boolean wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(++i))) {
                    return false;
                }
            } else if (Character.isLowSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
