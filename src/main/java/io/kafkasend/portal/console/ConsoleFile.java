package io.kafkasend.portal.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkasend.management.ManagementAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpStatus;

/** One file of the page, from the jar. Immutable. */
final class ConsoleFile {
    private final ManagementAnswer answer;

    /**
     * @param name the resource beside this class
     * @param mediaType what it is; its text is UTF-8
     */
    ConsoleFile(String name, String mediaType) {
        try (InputStream file = ConsoleFile.class.getResourceAsStream(name)) {
            answer = new ManagementAnswer(HttpStatus.SC_OK, ContentType.create(mediaType, UTF_8), file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ManagementAnswer answer() {
        return answer;
    }
}
