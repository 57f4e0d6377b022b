package io.kafkasend.outbox;

import io.kafkasend.client.Body;
import io.kafkasend.client.Request;
import io.kafkasend.config.OutboxSettings;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.SecretHeaders;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Properties;
import java.util.TreeSet;

/** What is asked of a file: by the settings, and over these by its sidecar. Stateless, hence thread-safe. */
final class Asked {
    static final String METHOD = "method";
    static final String ENDPOINT = "endpoint";
    static final String CONTENT_TYPE = "content-type";
    static final String FORM = "form";
    static final String HEADER = "header.";

    /** By which these are told from the record's own keys. */
    private static final String PREFIX = "request.";

    private static final String UNRESERVED = "[A-Za-z0-9._~-]";
    private static final long MOST_SIDECAR_BYTES = 65_536;

    private Asked() {}

    /**
     * What is asked of a file, as its record keeps it.
     *
     * @throws IllegalArgumentException with one line, for what cannot be asked
     * @throws IOException where the sidecar cannot be read
     */
    static Properties of(Parcel parcel, OutboxSettings settings) throws IOException {
        Properties asked = new Properties();
        asked.setProperty(METHOD, settings.get(OutboxSettings.METHOD));
        asked.setProperty(ENDPOINT, settings.get(OutboxSettings.ENDPOINT));
        asked.setProperty(CONTENT_TYPE, settings.get(OutboxSettings.CONTENT_TYPE));
        asked.setProperty(FORM, Boolean.toString(settings.get(OutboxSettings.FORM)));
        if (Files.exists(parcel.sidecar())) {
            asked.putAll(read(parcel));
            refuseSecrets(asked, new SecretHeaders(settings.get(OutboxSettings.SECRET_HEADERS)));
        }
        if (asked.getProperty(ENDPOINT).isEmpty()) {
            throw new IllegalArgumentException("nothing says where the file goes: OUTBOX_ENDPOINT is not set, and "
                    + parcel + Workplace.SIDECAR + " was not there or has no endpoint");
        }
        asked.setProperty(ENDPOINT, asked.getProperty(ENDPOINT).replace("{name}", encoded(parcel.name())));
        Properties record = new Properties();
        asked.stringPropertyNames().forEach(name -> record.setProperty(PREFIX + name, asked.getProperty(name)));
        request(record, parcel); // what cannot be sent is said now
        return record;
    }

    /** Before a record has them. */
    private static void refuseSecrets(Properties asked, SecretHeaders secrets) {
        for (String name : new TreeSet<>(asked.stringPropertyNames())) {
            if (name.startsWith(HEADER)) {
                secrets.refuse(name.substring(HEADER.length()));
            }
        }
    }

    private static Properties read(Parcel parcel) throws IOException {
        String named = parcel + Workplace.SIDECAR;
        if (!Files.isRegularFile(parcel.sidecar(), LinkOption.NOFOLLOW_LINKS)
                || Files.size(parcel.sidecar()) > MOST_SIDECAR_BYTES) {
            throw new IllegalArgumentException(named + " is no file of at most " + MOST_SIDECAR_BYTES + " bytes");
        }
        Properties said = new Properties();
        try (Reader text = Files.newBufferedReader(parcel.sidecar(), StandardCharsets.UTF_8)) {
            said.load(text);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(named + " is no UTF-8", e);
        }
        for (String name : new TreeSet<>(said.stringPropertyNames())) {
            if (!name.startsWith(HEADER) && !name.matches("method|endpoint|content-type|form")) {
                throw new IllegalArgumentException(
                        named + " has \"" + name + "\"; it takes method, endpoint, content-type, form and header.NAME");
            }
            said.setProperty(name, said.getProperty(name).strip());
        }
        return said;
    }

    /** The request, without what ties it to a job. */
    static Request.Builder request(Properties record, Parcel parcel) throws IOException {
        String name = record.getProperty(PREFIX + METHOD);
        Method method = Method.named(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the method is \"" + name + "\"; it takes GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS"));
        Path file = parcel.file();
        boolean empty = Files.size(file) == 0;
        if (!method.mayHaveBody() && !empty) {
            throw new IllegalArgumentException(
                    "a " + method + " request may not have a body, and the file is not empty");
        }
        Request.Builder request = Request.builder().method(method).endpoint(record.getProperty(PREFIX + ENDPOINT));
        if (method.mayHaveBody()) {
            request.body(Body.file(file)).contentType(record.getProperty(PREFIX + CONTENT_TYPE));
            if (Boolean.parseBoolean(record.getProperty(PREFIX + FORM))) {
                request.filename(parcel.name());
            }
        }
        for (String key : new TreeSet<>(record.stringPropertyNames())) {
            if (key.startsWith(PREFIX + HEADER)) {
                request.header(key.substring((PREFIX + HEADER).length()), record.getProperty(key));
            }
        }
        return request;
    }

    /** Method and path, for a line in the log. */
    static String line(Properties record) {
        return record.getProperty(PREFIX + METHOD, "?") + " "
                + record.getProperty(PREFIX + ENDPOINT, "?").split("\\?", 2)[0];
    }

    /** A name as one segment of a path (RFC 3986 §3.3). */
    private static String encoded(String name) {
        StringBuilder text = new StringBuilder();
        for (byte one : name.getBytes(StandardCharsets.UTF_8)) {
            String character = String.valueOf((char) (one & 0xFF));
            text.append(one > 0 && character.matches(UNRESERVED) ? character : "%%%02X".formatted(one & 0xFF));
        }
        return text.toString();
    }
}
