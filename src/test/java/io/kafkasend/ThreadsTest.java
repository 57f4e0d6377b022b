package io.kafkasend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every thread that we make is named, and known here with the test that throws Errors into it. */
class ThreadsTest {
    private static final Pattern NAMED = Pattern.compile(
            "(?:Thread|DaemonThreads|named|super|threads|start|inThread)\\([^;]*?\"(kafkasend-[a-z-]+?)-?\"");
    private static final Pattern MADE =
            Pattern.compile("new Thread\\(|Executors\\.new|new (?:Scheduled)?ThreadPoolExecutor\\(");

    /** By thread. */
    private static final Map<String, String> COVERED = Map.ofEntries(
            Map.entry("kafkasend-caller", "io.kafkasend.portal.lifecycle.FailStopTest#eachPoolTellsOfIt"),
            Map.entry("kafkasend-timed-out", "io.kafkasend.portal.lifecycle.FailStopTest#eachPoolTellsOfIt"),
            Map.entry("kafkasend-looking-back", "io.kafkasend.portal.lifecycle.FailStopTest#eachPoolTellsOfIt"),
            Map.entry("kafkasend-arrival", "io.kafkasend.portal.lifecycle.FailStopTest#eachPoolTellsOfIt"),
            Map.entry(
                    "kafkasend-jobs",
                    "io.kafkasend.gateway.stored.JobsTopicTest#anErrorIsHeardByWhoWaitsAndEndsNoReading"),
            Map.entry("kafkasend-outbox", "io.kafkasend.portal.lifecycle.FailStopTest#eachPoolTellsOfIt"),
            Map.entry("kafkasend-reply-topics", "io.kafkasend.portal.kafka.ReplyTopicsTest#anErrorEndsNoLook"),
            Map.entry("kafkasend-progress", "io.kafkasend.portal.report.StageReportTest#anErrorEndsNoLook"),
            Map.entry("kafkasend-floods", "io.kafkasend.portal.event.FloodsTest#anErrorLosesNoCount"),
            Map.entry("kafkasend-console", "io.kafkasend.portal.console.ConsoleEventsTest#anErrorEndsNoLook"),
            Map.entry("kafkasend-settling", "io.kafkasend.portal.lifecycle.FailStopTest#eachPoolTellsOfIt"),
            Map.entry(
                    "kafkasend-timeouts",
                    "io.kafkasend.portal.lifecycle.FailStopTest#anErrorOfTheTimeoutCheckerEndsThePortal"),
            Map.entry(
                    "kafkasend-call-deadlines",
                    "io.kafkasend.portal.lifecycle.FailStopTest#anAbortThatFailsIsMadeAgain"),
            Map.entry(
                    "kafkasend-lookout",
                    "io.kafkasend.portal.lifecycle.FailStopTest#theLookoutGoesOnAndSeesAThreadThatIsNoMore"),
            Map.entry("kafkasend-clients", "io.kafkasend.portal.requester.KnownClientsTest#anErrorEndsNoWatch"),
            Map.entry("kafkasend-outcomes", "io.kafkasend.portal.outcome.TopicOutcomesIT#anErrorLeavesNobodyWaiting"),
            Map.entry("kafkasend-end", "io.kafkasend.portal.lifecycle.FailStopTest#theProcessEndsThoughGoodOrderFails"),
            Map.entry(
                    "kafkasend-last-resort",
                    "io.kafkasend.portal.lifecycle.FailStopTest#theProcessEndsThoughGoodOrderFails"),
            Map.entry("kafkasend-stopping", "io.kafkasend.e2e.EndingIT#whileTheApiHangs"),
            Map.entry("kafkasend-token", "io.kafkasend.oauth.ClientCredentialsTokensTest#anErrorLeavesNobodyWaiting"),
            Map.entry(
                    "kafkasend-token-exchange",
                    "io.kafkasend.oauth.ClientCredentialsTokensTest#anErrorLeavesNobodyWaiting"),
            Map.entry(
                    "kafkasend-receiver",
                    "io.kafkasend.client.KafkaSendClientIT#anErrorOnTheReceiversThreadFailsItsJobsAndNoLaterOne"),
            Map.entry(
                    "kafkasend-upload",
                    "io.kafkasend.client.KafkaSendClientIT#anErrorOnTheReceiversThreadFailsItsJobsAndNoLaterOne"),
            Map.entry("kafkasend-worker", "io.kafkasend.client.internal.MailboxTest#anErrorOfOneTaskStopsNoneAfterIt"),
            Map.entry(
                    "kafkasend-callers",
                    "io.kafkasend.gateway.http.CallerServerTest#anErrorOfOneConnectionEndsNoOther"),
            Map.entry(
                    "kafkasend-accept", "io.kafkasend.gateway.http.CallerServerTest#anErrorOfAcceptingEndsNoListening"),
            Map.entry(
                    "kafkasend-callers-watch",
                    "io.kafkasend.gateway.http.CallerServerTest#anErrorOfALookEndsNoLooking"),
            Map.entry("kafkasend-doubt", "io.kafkasend.gateway.relay.KeyedAnswersTest#anErrorOfADoubtIsTold"),
            Map.entry("kafkasend-files", "io.kafkasend.outbox.FilesConsumerTest#anErrorEndsNoTaking"),
            Map.entry("kafkasend-warm-up", "io.kafkasend.portal.WarmUpTest#survivesAnError"),
            Map.entry(
                    "kafkasend-warm-up-end",
                    "io.kafkasend.portal.WarmUpTest#isBrokenOffByTheEndOfThePortalWhoseRoutesThenDoNotStart"),
            Map.entry(
                    "kafkasend-warm-up-broker",
                    "io.kafkasend.portal.warmup.StubBrokerTest#anErrorEndsNoMoreThanItsConnection"),
            Map.entry(
                    "kafkasend-warm-up-connection",
                    "io.kafkasend.portal.warmup.StubBrokerTest#anErrorEndsNoMoreThanItsConnection"),
            Map.entry("kafkasend-timer", "io.kafkasend.concurrent.ShortTasksTest#anErrorOfOneTaskStopsNoneAfterIt"));

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/kafkasend"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    // Of a command, and for development.
                    .filter(file -> !file.toString().matches(".*/(cli|dev|bench)/.*"))
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyThreadIsKnown() throws IOException {
        // When
        Set<String> found = new TreeSet<>();
        for (Path file : sources()) {
            Matcher named = NAMED.matcher(text(file));
            while (named.find()) {
                found.add(named.group(1));
            }
        }

        // Then
        assertThat(found).isEqualTo(new TreeSet<>(COVERED.keySet()));
    }

    @Test
    void noThreadIsMadeWithoutAName() throws IOException {
        assertThat(sources()).allSatisfy(file -> {
            if (MADE.matcher(text(file)).find()) {
                assertThat(text(file))
                        .containsPattern("\"kafkasend-|getThreadFactory\\(\\)|name \\+ \"-\"|DaemonThreads");
            }
        });
    }

    @Test
    void everyTestIsThere() {
        assertThat(COVERED.values()).allSatisfy(test -> {
            String[] parts = test.split("#");
            Path file = Path.of("src/test/java", parts[0].replace('.', '/') + ".java");
            assertThat(text(file)).contains("void " + parts[1] + "(");
        });
    }
}
