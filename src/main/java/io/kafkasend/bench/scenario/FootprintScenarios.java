package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.WireForm;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What it costs to have KafkaSend at all: memory, the time until it is up, and to be looked at. */
final class FootprintScenarios {
    private static final Deployment MEMORY = new Deployment("memory", 3, 1, false, Map.of());
    /** Whose jobs are opened by a client with a topic of its own for answers. */
    private static final Deployment SCRAPED = new Deployment(
            "scraped",
            3,
            1,
            true,
            Map.of("PORTAL_REPLY_TOPICS", "bench-scraped-replies", "PORTAL_MAX_ASSEMBLING_JOBS", "2000"));

    private static final int OPEN_JOBS = 1_000;
    private static final int MIB = 1 << 20;

    private FootprintScenarios() {}

    /** All of them; bodies travel in this form. */
    static List<Scenario> all(WireForm usual) {
        return List.of(portalHeap(usual), peakMemory(usual), startPortal(), startHelp(), scrape());
    }

    private static Scenario portalHeap(WireForm form) {
        return new Scenario(
                "portal-heap",
                "portal's heap for one job of 50 MiB, above idle",
                "the body's size",
                List.of(Figure.less("heap", "live objects", "MiB", 1.3, 1.1)),
                3,
                1,
                1,
                Set.of(MEMORY),
                bed -> new PortalHeap(bed, bed.running(MEMORY), form, 50 * MIB));
    }

    private static Scenario peakMemory(WireForm form) {
        return new Scenario(
                "peak-memory",
                "peak memory (resident) with an upload of 50 MiB, portal just started",
                "the same with an upload of one byte",
                List.of(Figure.less("portal", "portal", "MiB"), Figure.less("client", "send-file", "MiB")),
                3,
                1,
                0,
                Set.of(),
                bed -> new PeakMemory(bed, form.content().bytes(50 * MIB)));
    }

    private static Scenario startPortal() {
        return new Scenario(
                "start-portal",
                "a portal's start until it is up, without warm-up",
                "java -version",
                List.of(Figure.less("seconds", "start", "s")),
                5,
                1,
                0,
                Set.of(),
                StartUp::portal);
    }

    private static Scenario scrape() {
        return new Scenario(
                "scrape",
                "a scrape of a portal's metrics with 1,000 jobs open",
                "the same without a job",
                List.of(Figure.less("millis", "p50", "ms"), Figure.less("size", "size", "KiB")),
                5,
                0,
                1,
                Set.of(SCRAPED),
                bed -> new Scrape(bed, bed.running(SCRAPED), OPEN_JOBS));
    }

    private static Scenario startHelp() {
        return new Scenario(
                "start-help",
                "kafkasend --help",
                "java -version",
                List.of(Figure.less("seconds", "start to end", "s")),
                9,
                2,
                1,
                Set.of(),
                StartUp::help);
    }
}
