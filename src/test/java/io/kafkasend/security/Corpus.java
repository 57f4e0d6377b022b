package io.kafkasend.security;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Hostile and honest input, from src/test/resources/corpora. */
public final class Corpus {
    public static final String ALLOW_LIST = "/api/v1/upload,/api/v1/documents/*";

    /** A header to try; {@code value} is null where the corpus has something other than a string. */
    public record Header(String name, String value, String kind, boolean mustDrop) {}

    private Corpus() {}

    public static List<String> hostileEndpoints() {
        return lines("endpoints-hostile.tsv").stream()
                .map(line -> string(line.substring(line.indexOf('\t') + 1)))
                .toList();
    }

    public static List<String> legitEndpoints() {
        return lines("endpoints-legit.txt").stream().map(Corpus::string).toList();
    }

    /** Names that a proxy would set. */
    public static List<String> trustedHeaders() {
        return names("headers-trusted.txt");
    }

    /** Names that APIs ask their clients for. */
    public static List<String> ownHeaders() {
        return names("headers-own.txt");
    }

    private static List<String> names(String file) {
        return lines(file).stream().filter(line -> !line.startsWith("#")).toList();
    }

    public static List<Header> headers() {
        List<Header> headers = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(read("headers-hostile.json"))) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                headers.add(header(parser));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return headers;
    }

    private static Header header(JsonParser parser) throws IOException {
        String name = null;
        String value = null;
        String kind = null;
        boolean mustDrop = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (field) {
                case "name" -> name = parser.getText();
                case "value" -> value = token == JsonToken.VALUE_STRING ? parser.getText() : null;
                case "class" -> kind = parser.getText();
                case "must_drop_even_if_allowlisted" -> mustDrop = parser.getBooleanValue();
                default -> {}
            }
            parser.skipChildren();
        }
        return new Header(name, value, kind, mustDrop);
    }

    private static List<String> lines(String file) {
        return read(file).lines().filter(line -> !line.isBlank()).toList();
    }

    private static String string(String json) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            return parser.getText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(String file) {
        try (InputStream in = Corpus.class.getResourceAsStream("/corpora/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
