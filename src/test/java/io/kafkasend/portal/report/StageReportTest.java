package io.kafkasend.portal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.job.Turns;
import io.kafkasend.portal.kafka.KafkaHeader;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.SequenceRanges;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.security.client.ClientPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StageReportTest {
    private static final Transfer ASKS = new Transfer(null, false, false, Set.of(), false, true);
    /** Longer than what has been told must rest. */
    private static final long LATER = ToldStages.STILL.toNanos();

    private final Parts parts = new Parts(Map.of("modern-readers", "true"));
    private final StageReport report = new StageReport(parts.configuration, parts.jobs, parts.turns);
    private int offset;

    private Job open(Parts of, Transfer transfer, int chunks) {
        return of.open(Start.of(Method.POST).chunks(chunks).transfer(transfer).build(), offset++);
    }

    private List<ResponseStatus> due(StageReport from) {
        return from.due(System.nanoTime()).stream()
                .map(StageReport.Told::status)
                .toList();
    }

    private List<ResponseStatus> later() {
        return report.due(System.nanoTime() + LATER).stream()
                .map(StageReport.Told::status)
                .toList();
    }

    private record Waiting(Job job) implements Turns.Turn {
        @Override
        public void lapse() {}
    }

    @Test
    void saysHowMuchOfALongUploadHasComeAndFromWhereToGoOn() {
        // Given
        Job job = open(parts, ASKS, 20);
        parts.take(job, 0, "a", 100);
        parts.take(job, 1, "b", 101);
        parts.take(job, 3, "d", 102);

        // Then
        assertThat(due(report)).containsExactly(accepted(job, "0-1,3", offset - 1L));
        assertThat(due(report)).as("not again so soon").isEmpty();
    }

    private static ResponseStatus accepted(Job job, String received, long startOffset) {
        return new ResponseStatus(
                job.id(),
                "accepted",
                0,
                20,
                3,
                2,
                SequenceRanges.read(received).orElseThrow(),
                startOffset,
                null,
                null,
                null,
                null,
                job.request());
    }

    @Test
    void answersAStartThatComesAgainAtOnceAndOnlyOnce() {
        // Given
        Job job = open(parts, ASKS, 20);
        parts.take(job, 0, "a", 100);
        parts.take(job, 1, "b", 101);
        parts.take(job, 3, "d", 102);
        due(report);

        // When
        job.records().bindStart(parts.read(103));

        // Then
        assertThat(due(report)).containsExactly(accepted(job, "0-1,3", 103));
        assertThat(due(report)).as("it was told").isEmpty();
    }

    @Test
    void saysTheirPlacesToThoseThatWait() {
        // Given
        List<Job> jobs = List.of(open(parts, ASKS, 0), open(parts, Transfer.PLAIN, 0), open(parts, ASKS, 0));
        jobs.forEach(job -> {
            parts.jobs.leaveAssembly(job);
            parts.turns.add(new Waiting(job));
        });

        // When
        Awaitility.await().until(() -> jobs.get(2).time().sinceAdmitted().compareTo(ToldStages.FIRST) > 0);

        // Then
        assertThat(due(report))
                .extracting(ResponseStatus::jobId, ResponseStatus::stage, ResponseStatus::before)
                .containsExactlyInAnyOrder(
                        tuple(jobs.get(0).id(), "waiting", 0), tuple(jobs.get(2).id(), "waiting", 2));
    }

    @Test
    void saysWhatACallWaitsForAndWhyItIsMadeAgain() {
        // Given
        Job job = open(parts, ASKS, 20);
        due(report);
        parts.jobs.leaveAssembly(job);
        job.enter(Phase.CALLING);
        job.tally().attempt();

        // When
        job.tally().awaits(ResponseStatus.TOKEN);
        List<ResponseStatus> first = later();
        job.tally().failed(ErrorCode.OAUTH_UNAVAILABLE);
        List<ResponseStatus> second = report.due(System.nanoTime() + 2 * LATER).stream()
                .map(StageReport.Told::status)
                .toList();

        // Then
        assertThat(first)
                .extracting(ResponseStatus::stage, ResponseStatus::awaits, ResponseStatus::code)
                .containsExactly(tuple("calling", "token", null));
        assertThat(second)
                .extracting(ResponseStatus::awaits, ResponseStatus::attempt, ResponseStatus::code)
                .containsExactly(tuple("retry", 1, "OAUTH_UNAVAILABLE"));
    }

    @Test
    void saysNothingToWhoDoesNotAskNorWhereAnOldReaderWouldEnd() {
        // Given
        open(parts, Transfer.PLAIN, 20);
        Parts old = new Parts();
        open(old, ASKS, 20);
        StageReport toOld = new StageReport(old.configuration, old.jobs, old.turns);

        // Then
        assertThat(later()).isEmpty();
        assertThat(due(toOld)).isEmpty();
    }

    @Test
    void saysItOnAReplyTopicWhoeverReadsThePortalsOwn() throws Exception {
        // Given
        Parts old = new Parts(Map.of("reply-topics", "mine"));
        Requester caller = new Requester(null, () -> Optional.of(ClientPolicy.UNNARROWED), "mine");
        Job job = old.open(Start.of(Method.POST).chunks(20).transfer(ASKS).build(), 0, caller);
        StageReport toOld = new StageReport(old.configuration, old.jobs, old.turns);
        StageReport.Told due = toOld.due(System.nanoTime()).get(0);
        Exchange exchange = old.exchange();
        exchange.getMessage().setBody(due.status());
        JobExchange.of(exchange).told(due.job());

        // When
        toOld.process(exchange);

        // Then
        assertThat(exchange.getMessage().getHeader(KafkaHeader.OVERRIDE_TOPIC)).isEqualTo("mine");
        assertThat(exchange.getMessage().getHeader(KafkaHeader.KEY))
                .isEqualTo(job.id().key());
        assertThat(new MessageReader().readResponse(exchange.getMessage().getBody(byte[].class)))
                .isEqualTo(due.status());
    }

    @Test
    void saysNothingOfAJobThatHasEndedOrIsCancelled() {
        // Given
        Job ended = open(parts, ASKS, 20);
        Job cancelled = open(parts, ASKS, 20);
        parts.jobs.end(ended);
        cancelled.state().cancel();

        // Then
        assertThat(due(report)).isEmpty();
    }

    @Test
    void anErrorEndsNoLook() {
        // Given
        List<Job> told = new CopyOnWriteArrayList<>();
        StageReport failing = new StageReport(parts.configuration, parts.jobs, parts.turns, due -> {
            told.add(due.job());
            throw new OutOfMemoryError("a test's");
        });
        Job first = open(parts, ASKS, 20);
        failing.start();

        // When
        Awaitility.await().until(() -> told.contains(first));
        Job second = open(parts, ASKS, 20);

        // Then
        Awaitility.await().until(() -> told.contains(second));
        failing.stop();
    }
}
