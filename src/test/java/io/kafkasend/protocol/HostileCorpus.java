package io.kafkasend.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The corpus of hostile messages, as values of records. */
public final class HostileCorpus {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HostileCorpus() {}

    /**
     * One line.
     *
     * @param number from 1
     * @param cls its class, such as {@code H-gap}
     * @param key the record's key, or null
     * @param outcome what the corpus says must become of it
     * @param code the code that it suggests, or ""
     * @param value the record's value, or null
     */
    public record Line(int number, String cls, String key, String outcome, String code, byte[] value) {}

    /** All lines in order. */
    public static List<Line> lines() throws IOException {
        List<Line> lines = new ArrayList<>();
        try (BufferedReader index = open("messages-hostile.index.jsonl", false);
                BufferedReader values = open("messages-hostile.jsonl.gz", true)) {
            for (String entry = index.readLine(); entry != null; entry = index.readLine()) {
                JsonNode node = JSON.readTree(entry);
                lines.add(new Line(
                        node.get("line").asInt(),
                        node.get("cls").asText(),
                        node.get("key").isNull() ? null : node.get("key").asText(),
                        node.get("outcome").asText(),
                        node.get("code").asText(),
                        value(values.readLine())));
            }
        }
        return lines;
    }

    private static byte[] value(String line) throws IOException {
        if (line.startsWith("{\"__null\"")) {
            return null;
        }
        if (line.startsWith("{\"__b64\"")) {
            return Base64.getDecoder().decode(JSON.readTree(line).get("__b64").asText());
        }
        if (line.startsWith("{\"__gen\"")) {
            JsonNode gen = JSON.readTree(line).get("__gen");
            String fill = gen.get("fill").asText().repeat(gen.get("length").asInt());
            return gen.get("template").asText().replace("@", fill).getBytes(UTF_8);
        }
        return line.getBytes(UTF_8);
    }

    private static BufferedReader open(String name, boolean zipped) throws IOException {
        InputStream file = HostileCorpus.class.getResourceAsStream("/corpora/" + name);
        return new BufferedReader(new InputStreamReader(zipped ? new GZIPInputStream(file) : file, UTF_8));
    }
}
