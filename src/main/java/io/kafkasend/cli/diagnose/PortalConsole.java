package io.kafkasend.cli.diagnose;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.security.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A portal's console, asked over HTTP. Not thread-safe. */
final class PortalConsole {
    private static final int MOST_BYTES = 16 << 20;
    private static final int MOST_SHOWN = 200;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final HttpClient http;
    private final ObjectMapper mapper;
    private final URI url;
    private final Duration patience;
    private int slots;

    /** There is nothing to show, and why, in one line. */
    static final class AbsentException extends Exception {
        private static final long serialVersionUID = 1L;

        AbsentException(String line, Throwable cause) {
            super(line, cause);
        }
    }

    PortalConsole(URI url, Duration patience, ObjectMapper mapper) {
        this.url = url;
        this.patience = patience;
        this.mapper = mapper;
        this.http = HttpClient.newBuilder()
                .connectTimeout(patience)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /**
     * Looks at all of it.
     *
     * @throws AbsentException when the portal does not tell
     */
    PortalLook look() throws AbsentException, InterruptedException {
        JsonNode jobs = page("jobs");
        JsonNode minutes = page("series").path("minutes");
        if (slots == 0) {
            for (JsonNode setting : page("settings").path("settings")) {
                if (setting.path("name").asText().equals("PORTAL_MAX_CONCURRENT_JOBS")) {
                    slots = setting.path("value").asInt();
                }
            }
        }
        return new PortalLook(
                url,
                jobs,
                page("partitions").path("partitions"),
                PortalLook.lastMinute(minutes).orElseGet(mapper::createObjectNode),
                slots);
    }

    private JsonNode page(String name) throws AbsentException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/observe/console/" + name))
                .timeout(patience)
                .build();
        try {
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            byte[] body;
            try (InputStream in = answer.body()) {
                body = in.readNBytes(MOST_BYTES);
            }
            if (answer.statusCode() == NOT_FOUND) {
                throw new AbsentException("the portal at " + url + " shows no console: PORTAL_CONSOLE is off", null);
            }
            if (answer.statusCode() != OK) {
                String line = new String(body, StandardCharsets.UTF_8).strip();
                throw new AbsentException(
                        "the portal at " + url + " does not tell: " + Printable.of(line, MOST_SHOWN), null);
            }
            JsonNode page = mapper.readTree(body);
            if (!page.isObject()) {
                throw new AbsentException("what answers at " + url + " is no portal", null);
            }
            return page;
        } catch (JacksonException e) {
            throw new AbsentException("what answers at " + url + " is no portal", e);
        } catch (HttpTimeoutException e) {
            throw new AbsentException("no answer from " + url + " within " + patience.toSeconds() + " s", e);
        } catch (ConnectException e) {
            throw new AbsentException(
                    "no portal is reached at " + url + "; --url says where, and the portal's log, at its start", e);
        } catch (IOException e) {
            throw new AbsentException(
                    "no portal is reached at " + url + ": " + Printable.of(String.valueOf(e.getMessage()), MOST_SHOWN),
                    e);
        }
    }
}
