package io.kafkasend.bench.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A portal's metrics.
 *
 * @param part the portal's name
 * @param url of its management port
 * @param http asks
 */
record ManagementPage(String part, URI url, HttpClient http) {
    private static final Pattern SPOOL = Pattern.compile("(?m)^kafkasend_spool_bytes(?:\\{[^}]*})? (\\S+)$");

    /** What its spool has now, in bytes; empty where it does not answer. */
    OptionalLong spoolBytes() throws InterruptedException {
        try {
            String page = http.send(
                            HttpRequest.newBuilder(url.resolve("/observe/metrics"))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            Matcher spool = SPOOL.matcher(page);
            return spool.find() ? OptionalLong.of((long) Double.parseDouble(spool.group(1))) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
