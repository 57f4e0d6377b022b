package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LastNewsTest {
    private static final JobId JOB = JobId.random();

    private final LastNews news = news(null, 900);

    private static LastNews news(String replyTo, int seconds) {
        return new LastNews("kafka:9092", "requests", replyTo, "portals", Deadline.in(Duration.ofSeconds(seconds)));
    }

    private static ResponseStatus status(String stage, Integer before, String awaits, Integer attempt, String code) {
        return new ResponseStatus(JOB, stage, 41, 10, 3, 3, before, awaits, attempt, code, null);
    }

    private String line(ResponseStatus status) {
        assertThat(news.heard(status)).isTrue();
        return news.ofPortals();
    }

    private static long in(double seconds) {
        return System.nanoTime() + (long) (seconds * 1e9);
    }

    @Test
    void eachStageHasALineOfItsOwn() {
        // When
        List<String> lines = List.of(
                line(status("accepted", null, null, null, null)),
                line(status("waiting", null, null, null, null)),
                line(status("waiting", 1, null, null, null)),
                line(status("waiting", 3, null, null, null)),
                line(status("calling", null, "token", 1, null)),
                line(status("calling", null, "retry", 1, "OAUTH_UNAVAILABLE")),
                line(status("calling", null, "api", 1, null)),
                line(status("calling", null, "retry", 2, "API_UNREACHABLE")),
                line(status("calling", null, "retry", 2, null)),
                line(status("answering", null, null, null, null)));

        // Then
        assertThat(lines)
                .containsExactly(
                        ": the portal has 3 of 10 chunks of the request, and waits for the rest",
                        ": the portal has the request, which waits for its turn",
                        ": the portal has the request, which waits for its turn behind 1 other",
                        ": the portal has the request, which waits for its turn behind 3 others",
                        ": the portal's token server has not answered it yet, so the API is not called",
                        ": the portal's token server does not answer (OAUTH_UNAVAILABLE), so the API is not called",
                        ": the portal has called the API for 41 s, which has not answered",
                        ": the portal's call of the API failed (API_UNREACHABLE), and is made again",
                        ": the portal's call of the API failed, and is made again",
                        ": the API has begun to answer, and the portal has not read enough of it");
    }

    @Test
    void whatWaitsForTheApiAfterAFailedTokenIsAlreadyPastIt() {
        assertThat(line(status("calling", null, "api", 1, "OAUTH_UNAVAILABLE")))
                .contains("has called the API for 41 s");
    }

    @Test
    void whereNoPortalSaysAnythingThoseThatAreThereAreCounted() {
        // Given
        Set<String> lines = new HashSet<>();
        for (String replyTo : new String[] {null, "mine"}) {
            for (PortalMembers members : List.of(
                    PortalMembers.UNKNOWN, PortalMembers.NONE, PortalMembers.ELSEWHERE, PortalMembers.reading(2))) {
                LastNews each = news(replyTo, 900);

                // When
                assertThat(each.found(members)).isTrue();
                lines.add(each.ofPortals());
            }
        }

        // Then
        assertThat(lines)
                .containsExactlyInAnyOrder(
                        ", and no part of one: is a portal reading the request topic?",
                        ", and no part of one: is a portal reading the request topic, and may this client be answered on mine?"
                                + " (One that is not known to may hear so on the portal's own answer topic only)",
                        ": no portal reads topic requests: the consumer group portals has no members",
                        ": no portal reads topic requests: the members of the consumer group portals read other topics",
                        ", and no part of one: a portal runs (the consumer group portals has 2 members), but may be kept from"
                                + " reading or answering, busy with others' calls, or with this one while the API is slow",
                        ": a portal runs (the consumer group portals has 2 members), and says nothing on mine: may this client be"
                                + " answered there? (One that is not known to may hear so on the portal's own answer topic only)");
    }

    @Test
    void kafkaIsBlamedBeforeAnyPortal() {
        assertThat(news.ofKafka(OptionalLong.of(12), true)).contains(": Kafka at kafka:9092 has not answered for 12 s");
        assertThat(news.ofKafka(OptionalLong.of(12), false))
                .contains(": Kafka at kafka:9092 has not answered for 12 s, and the request was not sent whole");
        assertThat(news.ofKafka(OptionalLong.empty(), false)).contains(": the request was not sent whole by then");
        assertThat(news.ofKafka(OptionalLong.empty(), true)).isEmpty();
    }

    @Test
    void asksForPortalsAfterTenSecondsOrHalfOfTheTimeAndThenEachHalfMinute() {
        // Given
        LastNews brief = news(null, 6);

        // Then
        assertThat(brief.isToAsk(in(2.5))).isFalse();
        assertThat(brief.isToAsk(in(3.5))).isTrue();
        assertThat(news.isToAsk(in(9.5))).isFalse();
        assertThat(news.isToAsk(in(10.5))).isTrue();
        assertThat(news.isToAsk(in(40))).isFalse();
        assertThat(news.isToAsk(in(41))).isTrue();
    }

    @Test
    void asksNobodyOnceAPortalHasSaidSomething() {
        // When
        news.heard(status("waiting", null, null, null, null));

        // Then
        assertThat(news.isToAsk(in(100))).isFalse();
        assertThat(news.found(PortalMembers.NONE)).isFalse();
    }

    @Test
    void takesNothingOfAStageThatItDoesNotKnowAndNothingOnceTheAnswerHasBegun() {
        // Given
        assertThat(news.heard(status("archived", null, null, null, null))).isFalse();
        assertThat(news.isToAsk(in(100))).as("that says nothing").isTrue();

        // When
        news.answering();

        // Then
        assertThat(news.heard(status("calling", null, null, null, null))).isFalse();
        assertThat(news.isToAsk(in(200))).isFalse();
    }
}
