package io.kafkasend.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a portal's metrics say of its partitions: each record that was read is settled or open. */
final class RecordBalance {
    private static final Pattern URL = Pattern.compile("url=\"?(http://127\\.0\\.0\\.1:\\d+)/observe/health");
    private static final Pattern SAMPLE = Pattern.compile(
            "(?m)^(messaging_client_consumed_messages_total|kafkasend_ledger_settled_total|kafkasend_ledger_incomplete)"
                    + "\\{.*partition_id=\"(\\d+)\".*} (\\S+)$");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Map<String, Map<String, Double>> byPartition = new TreeMap<>();

    private RecordBalance(String page) {
        Matcher sample = SAMPLE.matcher(page);
        while (sample.find()) {
            byPartition
                    .computeIfAbsent(sample.group(2), partition -> new TreeMap<>())
                    .put(sample.group(1), Double.parseDouble(sample.group(3)));
        }
    }

    /** Of a portal that runs. */
    static RecordBalance of(PortalProcess portal) {
        Matcher url = URL.matcher(portal.log());
        if (!url.find()) {
            throw new AssertionError(portal.name() + " has no management port: " + portal.log());
        }
        try {
            return new RecordBalance(HTTP.send(
                            HttpRequest.newBuilder(URI.create(url.group(1) + "/observe/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** How many partitions it has. */
    int partitions() {
        return byPartition.size();
    }

    /** How many records are open. */
    double open() {
        return byPartition.values().stream()
                .mapToDouble(counts -> counts.get("kafkasend_ledger_incomplete"))
                .sum();
    }

    /** Whether nothing is missing on any partition. */
    boolean isEven() {
        return byPartition.values().stream()
                .allMatch(counts -> counts.get("messaging_client_consumed_messages_total")
                        == counts.get("kafkasend_ledger_settled_total") + counts.get("kafkasend_ledger_incomplete"));
    }

    @Override
    public String toString() {
        return byPartition.toString();
    }
}
