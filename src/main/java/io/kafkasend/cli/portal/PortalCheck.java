package io.kafkasend.cli.portal;

import io.kafkasend.cli.console.Bytes;
import io.kafkasend.cli.finding.Cluster;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.finding.GroupLook;
import io.kafkasend.cli.finding.Looks;
import io.kafkasend.cli.finding.SettingsFindings;
import io.kafkasend.cli.finding.TopicLook;
import io.kafkasend.config.ApiSettings;
import io.kafkasend.config.JobSettings;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.TokenSettings;
import io.kafkasend.config.UnknownSettings;
import io.kafkasend.kafka.ReadableTopic;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.connect.Reached;
import io.kafkasend.security.address.AddressRefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.acl.AclOperation;

/** Looks at all that a portal needs before it is started: what is set, and what it connects to. Changes nothing. Used once. */
final class PortalCheck {
    /** How long each answer may take, and all looks together. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final Duration ALL = Duration.ofSeconds(12);

    private static final long LITTLE_ROOM = 1L << 30;

    private final PortalSettings settings;
    private final Map<String, String> environment;

    /**
     * @param settings those of an environment, without a fault
     * @param environment where they are from
     */
    PortalCheck(PortalSettings settings, Map<String, String> environment) {
        this.settings = settings;
        this.environment = environment;
    }

    /** What there is to find without a connection. */
    List<Finding> offline() {
        List<Finding> found = new ArrayList<>(SettingsFindings.of(
                PortalSettings.all().size(), settings.changed().size(), UnknownSettings.in(environment)));
        found.add(Finding.ok("heap", Portal.heapNeeds(settings)));
        found.add(Finding.ok("answers", Portal.answerReaders(settings)));
        found.addAll(new CertificateFiles(settings).findings(Instant.now()));
        found.add(spool());
        return found;
    }

    private Finding spool() {
        Optional<Path> directory = settings.get(JobSettings.SPOOL_DIRECTORY);
        if (directory.isEmpty()) {
            return Finding.ok("spool", "none: bodies stay in memory");
        }
        Path place = directory.get();
        try {
            Files.delete(Files.createTempFile(place, "kafkasend-check-", ".tmp"));
            long room = Files.getFileStore(place).getUsableSpace();
            String what = place + " can be written, and has room for " + Bytes.of(room);
            return room < LITTLE_ROOM
                    ? Finding.warn("spool", what, "make room, or name a directory with more by PORTAL_SPOOL_DIRECTORY")
                    : Finding.ok("spool", what);
        } catch (IOException e) {
            return Finding.fail(
                    "spool",
                    place + " cannot be written: " + e.getMessage(),
                    "give it to the portal's user, or name another by PORTAL_SPOOL_DIRECTORY");
        }
    }

    /** What there is to find by connecting, all at once. */
    List<Finding> online() throws InterruptedException {
        Looks looks = new Looks(ALL);
        looks.begin("broker", this::kafka);
        if (settings.get(TokenSettings.USE_OAUTH)) {
            looks.begin("token", found -> found.accept(token()));
        }
        looks.begin("api", found -> found.accept(api()));
        return looks.findings();
    }

    private void kafka(Consumer<Finding> found) throws InterruptedException {
        try (Cluster cluster = new Cluster(settings.kafkaConnection(), PATIENCE)) {
            if (!TopicLook.all(cluster, topics(), found)) {
                return;
            }
            new GroupLook(settings.get(KafkaSettings.CONSUMER_GROUP))
                    .right(cluster)
                    .ifPresent(found);
            requests().ifPresent(found);
            Optional.ofNullable(cluster.clock(false)).ifPresent(found);
        }
    }

    private List<TopicLook> topics() {
        List<TopicLook> topics = new ArrayList<>();
        topics.add(new TopicLook(
                settings.get(KafkaSettings.REQUEST_TOPIC),
                Map.of(AclOperation.READ, "the portal reads nothing"),
                Map.of(),
                true,
                "--request-topic"));
        Map<AclOperation, String> lookBack = Map.of(
                AclOperation.READ, "after a crash the portal cannot see which jobs were answered, and may call again");
        topics.add(new TopicLook(
                settings.get(KafkaSettings.RESPONSE_TOPIC),
                Map.of(AclOperation.WRITE, "calls are made, and no answer comes"),
                lookBack,
                true,
                "--response-topic"));
        for (String reply : new TreeSet<>(settings.replyTopics())) {
            topics.add(new TopicLook(
                    reply, Map.of(AclOperation.WRITE, "its clients are refused"), lookBack, true, "--reply-to"));
        }
        String deadLetters = settings.get(KafkaSettings.DEAD_LETTER_TOPIC);
        if (!deadLetters.isEmpty()) {
            topics.add(new TopicLook(
                    deadLetters,
                    Map.of(),
                    Map.of(AclOperation.WRITE, "dead letters are only logged"),
                    false,
                    "--dead-letter-topic"));
        }
        return topics;
    }

    /** Reads what stands next for the group, which joins none and commits nothing. */
    private Optional<Finding> requests() {
        String topic = settings.get(KafkaSettings.REQUEST_TOPIC);
        try {
            Optional<String> fault = new ReadableTopic(settings.kafkaConnection(), PATIENCE)
                    .fault(topic, settings.get(KafkaSettings.CONSUMER_GROUP));
            return Optional.of(
                    fault.map(why -> Finding.fail("requests", "requests cannot be read from " + topic + ": " + why, ""))
                            .orElseGet(() -> Finding.ok("requests", "what stands next in " + topic + " can be read")));
        } catch (ReadableTopic.UnknownException e) {
            return Optional.empty(); // the topic's own finding says why
        }
    }

    private Finding token() {
        try {
            Instant end = Portal.fetchToken(settings, PATIENCE);
            return Finding.ok(
                    "token",
                    "the token server gives one, good for " + Instant.now().until(end, ChronoUnit.SECONDS) + " s");
        } catch (TokenException e) {
            String todo =
                    switch (e.kind()) {
                        case UNAVAILABLE -> "check OAUTH2_TOKEN_URL, and that the token server runs";
                        case REJECTED -> "check OAUTH2_CLIENT_ID, its secret or key, OAUTH2_SCOPE and OAUTH2_AUDIENCE";
                        case MALFORMED -> "see whether OAUTH2_TOKEN_URL is the token endpoint";
                        case ADDRESS_REFUSED -> "correct OAUTH2_TOKEN_URL, or the name service";
                    };
            return Finding.fail("token", e.getMessage(), todo);
        }
    }

    private Finding api() {
        URI url = settings.get(ApiSettings.TARGET_API_URL);
        String proxy = settings.get(ApiSettings.PROXY_URL);
        String variable = (proxy.isEmpty() ? ApiSettings.TARGET_API_URL : ApiSettings.PROXY_URL).variable();
        String place = proxy.isEmpty() ? url.getScheme() + "://" + url.getRawAuthority() : proxy;
        try {
            Reached reached = Portal.reachApi(settings, PATIENCE);
            return Finding.ok(
                    "api",
                    place + ": " + reached + "; no request was sent"
                            + (reached.proxy() ? ", and the API behind it was not tried: doctor --probe does" : ""));
        } catch (AddressRefusedException e) {
            return Finding.fail("api", place + " is not connected to: " + e.getMessage(), "correct " + variable);
        } catch (UnknownHostException e) {
            return Finding.fail(
                    "api",
                    place + ": the host is unknown",
                    "correct " + variable + ", or the name service of this machine");
        } catch (SSLException e) {
            return Finding.fail("api", place + ": " + e.getMessage(), "check the API's certificate and PORTAL_CA_FILE");
        } catch (SocketTimeoutException e) {
            return Finding.fail(
                    "api",
                    place + ": no answer within " + PATIENCE.toSeconds() + " s",
                    "see whether the API runs, and whether a firewall is between");
        } catch (ConnectException e) {
            return Finding.fail(
                    "api", place + " takes no connection: " + e.getMessage(), "start the API, or correct " + variable);
        } catch (IOException e) {
            return Finding.fail("api", place + ": " + e, "see whether the API runs");
        }
    }
}
