package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.load.Transfers;
import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.load.WireForm;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Stage;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Every scenario there is, in the order in which they run. */
public final class Catalogue {
    private static final Stage BASE = new Stage("base", 3, 1, true, Map.of());
    private static final Stage ROOMY = new Stage("roomy", 3, 1, true, Map.of("PORTAL_MAX_CONCURRENT_JOBS", "20"));
    private static final Stage MEMORY = new Stage("memory", 3, 1, false, Map.of());
    private static final Stage ONE_PORTAL = new Stage("one-portal", 6, 1, false, Map.of());
    private static final Stage TWO_PORTALS = new Stage("two-portals", 6, 2, false, Map.of());

    private static final String OTHERS_REPLIES = "bench-shared-replies";
    /** Two clients: one that is answered on the portal's own topic, and one on a topic of its own. */
    private static final Stage SHARED = new Stage("shared", 3, 1, true, Map.of("PORTAL_REPLY_TOPICS", OTHERS_REPLIES));

    private static final int OPEN_STARTS = 1_000;
    private static final int WORTHLESS = 5_000;

    private static final int MIB = 1 << 20;
    private static final int CALLS = 200;
    private static final int HANGING = 10;
    /** Of so many that the slowest hundredth is more than two. */
    private static final int CALLS_BESIDE_HANGING = 1_000;

    private static final Duration LOAD = Duration.ofSeconds(3);
    /** An echo runs where all of Kafka's client has run for long. */
    private static final Duration ECHO_WARM_UP = Duration.ofSeconds(2);

    private Catalogue() {}

    /**
     * What the command line lists.
     *
     * @param name as on the command line
     * @param title what is measured
     * @param baseline what it is held against
     * @param figures with their bars
     * @param quick whether a quick run has it
     */
    public record Entry(String name, String title, String baseline, List<Figure> figures, boolean quick) {}

    /** Every scenario that this client can be asked for. */
    public static List<Entry> entries() {
        return all().stream()
                .map(scenario -> new Entry(
                        scenario.name(),
                        scenario.title(),
                        scenario.baseline(),
                        scenario.figures(),
                        scenario.quickRounds() > 0))
                .toList();
    }

    public static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        List<WireForm> forms = WireForm.offered();
        WireForm usual = forms.get(0);
        for (WireForm form : forms) {
            int quickRounds = form == usual ? 2 : 0;
            all.add(upload(form, 1, 10, 7, quickRounds));
            all.add(upload(form, 10, 3, 7, quickRounds));
            all.add(upload(form, 50, 1, 9, 3));
            all.add(upload(form, 200, 1, 5, 0));
            all.add(download(form, 1, 10, 7, quickRounds));
            all.add(download(form, 10, 3, 7, quickRounds));
            all.add(download(form, 50, 1, 9, 3));
            all.add(download(form, 200, 1, 5, 0));
            all.add(oneRecord(form));
        }
        all.add(sizes(usual));
        all.add(httpUpload(usual));
        all.add(httpDownload(usual));
        all.add(get());
        all.add(httpGet());
        all.add(getsInFlight());
        all.add(getsInFlightBesideDefaults());
        all.add(httpGetsInFlight());
        all.add(getsBesideHangingCalls());
        all.add(getsBesideAnothersHangingCalls());
        all.add(getsBesideAnothersOpenStarts());
        for (WorthlessRecords.Kind kind : WorthlessRecords.Kind.values()) {
            all.add(getBehindWorthlessRecords(kind));
        }
        all.add(portals());
        all.add(portalHeap(usual));
        all.add(peakMemory(usual));
        all.add(startPortal());
        all.add(startHelp());
        return List.copyOf(all);
    }

    private static Scenario upload(WireForm form, int mebibytes, int times, int rounds, int quickRounds) {
        return new Scenario(
                "upload-" + mebibytes + form.suffix(),
                "upload of " + mebibytes + " MiB, " + form.title(),
                "pipe: the same record values, one topic",
                List.of(
                        barAtFifty("last-byte", "to the API's last byte", mebibytes, form),
                        Figure.less("end", "to the client's answer", "s")),
                rounds,
                quickRounds,
                2,
                Set.of(BASE),
                bed -> {
                    byte[] body = form.content().bytes(mebibytes * MIB);
                    Transfers transfers = new Transfers(bed.site(BASE).client(), form);
                    List<byte[]> values = form.requestValues(JobId.random(), Transfers.UPLOAD, body);
                    Pipe pipe = Pipe.likeKafkaSend(bed);
                    Side bare = () -> {
                        double seconds = pipe.seconds(values);
                        return Map.of("last-byte", seconds, "end", seconds);
                    };
                    return Side.pair(
                            ((Side) () -> transfers.upload(body)).times(times), bare.times(times), pipe::close);
                });
    }

    private static Scenario download(WireForm form, int mebibytes, int times, int rounds, int quickRounds) {
        int bytes = mebibytes * MIB;
        return new Scenario(
                "download-" + mebibytes + form.suffix(),
                "download of " + mebibytes + " MiB, " + form.title(),
                "pipe: the same record values, one topic",
                List.of(barAtFifty("end", "to the client's last byte", mebibytes, form)),
                rounds,
                quickRounds,
                2,
                Set.of(BASE),
                bed -> {
                    Transfers transfers = new Transfers(bed.site(BASE).client(), form);
                    List<byte[]> values =
                            form.responseValues(JobId.random(), form.content().bytes(bytes));
                    Pipe pipe = Pipe.likeKafkaSend(bed);
                    Side bare = () -> Map.of("end", pipe.seconds(values));
                    return Side.pair(
                            ((Side) () -> transfers.download(bytes)).times(times), bare.times(times), pipe::close);
                });
    }

    /** What must be reached is said for 50 MiB. */
    private static Figure barAtFifty(String key, String title, int mebibytes, WireForm form) {
        return mebibytes == 50
                ? new Figure(key, title, "s", false, form.bar(), form.aim())
                : Figure.less(key, title, "s");
    }

    private static Scenario oneRecord(WireForm form) {
        return new Scenario(
                "one-record" + form.suffix(),
                "upload of 50 MiB, " + form.title(),
                "one record of 50 MiB, limits raised",
                List.of(new Figure(
                        "last-byte", "to the API's last byte", "s", false, form.oneRecordBar(), form.oneRecordAim())),
                9,
                1,
                1,
                Set.of(BASE),
                bed -> {
                    byte[] body = form.content().bytes(50 * MIB);
                    Transfers transfers = new Transfers(bed.site(BASE).client(), form);
                    Pipe pipe = Pipe.withRaisedLimits(bed, body.length);
                    return Side.pair(
                            () -> transfers.upload(body),
                            () -> Map.of("last-byte", pipe.seconds(List.of(body))),
                            pipe::close);
                });
    }

    private static Scenario sizes(WireForm form) {
        return new Scenario(
                "sizes",
                "upload of 200 MiB, per MiB",
                "upload of 10 MiB, per MiB",
                List.of(Figure.less("per-mib", "to the API's last byte", "ms/MiB", 1.1, 1.0)),
                5,
                0,
                1,
                Set.of(BASE),
                bed -> {
                    byte[] large = form.content().bytes(200 * MIB);
                    byte[] small = form.content().bytes(10 * MIB);
                    Transfers transfers = new Transfers(bed.site(BASE).client(), form);
                    return Side.pair(
                            () -> perMebibyte(transfers.upload(large), 200),
                            ((Side) () -> perMebibyte(transfers.upload(small), 10)).times(5));
                });
    }

    private static Map<String, Double> perMebibyte(Map<String, Double> upload, int mebibytes) {
        return Map.of("per-mib", upload.get("last-byte") * 1e3 / mebibytes);
    }

    private static Scenario httpUpload(WireForm form) {
        return new Scenario(
                "http-upload-50",
                "upload of 50 MiB, " + form.title(),
                "HTTP straight to the API",
                List.of(Figure.less("end", "to the client's answer", "s")),
                5,
                0,
                1,
                Set.of(BASE),
                bed -> {
                    byte[] body = form.content().bytes(50 * MIB);
                    Transfers transfers = new Transfers(bed.site(BASE).client(), form);
                    return Side.pair(() -> transfers.upload(body), () -> {
                        String token = bed.api().token();
                        long begin = System.nanoTime();
                        bed.api().upload(Transfers.UPLOAD, token, body);
                        return Map.of("end", (System.nanoTime() - begin) / 1e9);
                    });
                });
    }

    private static Scenario httpDownload(WireForm form) {
        int bytes = 50 * MIB;
        return new Scenario(
                "http-download-50",
                "download of 50 MiB, " + form.title(),
                "HTTP straight from the API",
                List.of(Figure.less("end", "to the client's last byte", "s")),
                5,
                0,
                1,
                Set.of(BASE),
                bed -> {
                    Transfers transfers = new Transfers(bed.site(BASE).client(), form);
                    return Side.pair(() -> transfers.download(bytes), () -> {
                        String token = bed.api().token();
                        long begin = System.nanoTime();
                        bed.api().download(Transfers.download(form, bytes), token);
                        return Map.of("end", (System.nanoTime() - begin) / 1e9);
                    });
                });
    }

    private static Scenario get() {
        return new Scenario(
                "get",
                "small GETs, one at a time",
                "echo: one record there, one back",
                List.of(Figure.less("p50", "p50", "ms", 3, 2), Figure.less("p99", "p99", "ms")),
                9,
                2,
                5,
                Set.of(BASE),
                bed -> {
                    SmallCalls calls = WarmUp.smallCalls(bed.site(BASE).client());
                    Echo echo = Echo.atOnce(bed);
                    SmallCalls bare = new SmallCalls(echo::call);
                    bare.inFlight(64, ECHO_WARM_UP);
                    return Side.pair(() -> calls.oneAtATime(CALLS), () -> bare.oneAtATime(CALLS), echo::close);
                });
    }

    private static Scenario httpGet() {
        return new Scenario(
                "http-get",
                "small GETs, one at a time",
                "HTTP straight to the API",
                List.of(Figure.less("p50", "p50", "ms"), Figure.less("p99", "p99", "ms")),
                5,
                0,
                1,
                Set.of(BASE),
                bed -> {
                    SmallCalls calls = WarmUp.smallCalls(bed.site(BASE).client());
                    String token = bed.api().token();
                    SmallCalls bare = new SmallCalls(() -> bed.api().begin(SmallCalls.ENDPOINT, token));
                    return Side.pair(() -> calls.oneAtATime(CALLS), () -> bare.oneAtATime(CALLS));
                });
    }

    private static Scenario getsInFlight() {
        return getsInFlight("gets-64", "echo, 64 in flight", Echo::atOnce, 1);
    }

    private static Scenario getsInFlightBesideDefaults() {
        return getsInFlight(
                "gets-64-defaults", "echo with the producer's default linger, 64 in flight", Echo::byDefault, 0);
    }

    /** Makes an echo. */
    @FunctionalInterface
    private interface Echoing {
        Echo on(TestBed bed) throws InterruptedException;
    }

    private static Scenario getsInFlight(String name, String baseline, Echoing echoing, int quickRounds) {
        return new Scenario(
                name,
                "small GETs, 64 in flight",
                baseline,
                List.of(
                        Figure.more("rate", "requests a second", "1/s", 0.15, 0.3),
                        Figure.less("cpu", "processor time a request, all processes", "us")),
                7,
                quickRounds,
                5,
                Set.of(BASE),
                bed -> {
                    SmallCalls calls = WarmUp.smallCalls(bed.site(BASE).client());
                    Echo echo = echoing.on(bed);
                    SmallCalls bare = new SmallCalls(echo::call);
                    bare.inFlight(64, ECHO_WARM_UP);
                    return Side.pair(
                            withCpuTime(bed, () -> calls.inFlight(64, LOAD)),
                            withCpuTime(bed, () -> bare.inFlight(64, LOAD)),
                            echo::close);
                });
    }

    /** Adds {@code cpu}, the processor time that each of the calls has cost, in microseconds. */
    private static Side withCpuTime(TestBed bed, Side load) {
        return () -> {
            Duration before = bed.cpuTime();
            Map<String, Double> measured = new HashMap<>(load.measure());
            measured.put("cpu", bed.cpuTime().minus(before).toNanos() / 1e3 / measured.get("calls"));
            return measured;
        };
    }

    private static Scenario httpGetsInFlight() {
        return new Scenario(
                "http-gets-64",
                "small GETs, 64 in flight",
                "HTTP straight to the API, 64 in flight",
                List.of(new Figure("rate", "requests a second", "1/s", true, null, null)),
                5,
                0,
                3,
                Set.of(BASE),
                bed -> {
                    SmallCalls calls = WarmUp.smallCalls(bed.site(BASE).client());
                    String token = bed.api().token();
                    SmallCalls bare = new SmallCalls(() -> bed.api().begin(SmallCalls.ENDPOINT, token));
                    return Side.pair(() -> calls.inFlight(64, LOAD), () -> bare.inFlight(64, LOAD));
                });
    }

    private static Scenario getsBesideHangingCalls() {
        return getsBeside(
                "hanging",
                HANGING + " calls that hang, 20 call slots",
                1,
                ROOMY,
                (bed, gets) -> Side.pair(besideHanging(bed, bed.site(ROOMY).client(), HANGING, gets), gets));
    }

    private static Scenario getsBesideAnothersHangingCalls() {
        return getsBeside(
                "shares-calls",
                HANGING + " calls of another client that hang, 10 call slots",
                0,
                SHARED,
                (bed, gets) -> {
                    KafkaSendClient other =
                            bed.client(SHARED).replyTo(OTHERS_REPLIES).build();
                    return Side.pair(besideHanging(bed, other, HANGING / 2, gets), gets, other::close);
                });
    }

    private static Scenario getsBesideAnothersOpenStarts() {
        return getsBeside(
                "shares-starts", OPEN_STARTS + " jobs of another client that are kept open", 0, SHARED, (bed, gets) -> {
                    SmallCalls calls = WarmUp.smallCalls(bed.site(SHARED).client());
                    Side beside = () -> {
                        OpenStarts greedy = new OpenStarts(bed, SHARED, OTHERS_REPLIES, OPEN_STARTS);
                        try {
                            calls.oneAtATime(CALLS); // behind the STARTs on every partition
                            return gets.measure();
                        } finally {
                            greedy.end();
                        }
                    };
                    return Side.pair(beside, gets);
                });
    }

    /** Makes an experiment of small GETs, and of something beside which they are measured. */
    @FunctionalInterface
    private interface Beside {
        Experiment of(TestBed bed, Side gets) throws Exception;
    }

    private static Scenario getsBeside(String name, String what, int quickRounds, Stage stage, Beside beside) {
        return new Scenario(
                name,
                "small GETs beside " + what,
                "the same GETs without them",
                List.of(Figure.less("p99", "p99", "ms", 1.5, 1.1), Figure.less("p50", "p50", "ms")),
                7,
                quickRounds,
                3,
                Set.of(stage),
                bed -> {
                    SmallCalls calls = WarmUp.smallCalls(bed.site(stage).client());
                    return beside.of(bed, () -> calls.oneAtATime(CALLS_BESIDE_HANGING));
                });
    }

    /**
     * Measures while calls of a client hang.
     *
     * @param running how many of them the portal calls the API for
     */
    private static Side besideHanging(TestBed bed, KafkaSendClient client, int running, Side measured) {
        return () -> {
            List<? extends CompletableFuture<?>> hanging = IntStream.range(0, HANGING)
                    .mapToObj(i -> client.send(
                            Request.builder().endpoint("/api/v1/hang").build()))
                    .toList();
            bed.awaitHanging(running);
            Map<String, Double> figures = measured.measure();
            while (hanging.stream().anyMatch(call -> !call.isDone())) {
                bed.api().release(); // those that waited for a caller hang then
            }
            for (CompletableFuture<?> call : hanging) {
                SmallCalls.await(call);
            }
            return figures;
        };
    }

    private static Scenario getBehindWorthlessRecords(WorthlessRecords.Kind kind) {
        return new Scenario(
                "behind-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "a GET behind " + WORTHLESS + " records that are refused (" + kind.title() + ")",
                "a GET alone",
                List.of(Figure.less("wait", "to the client's answer", "ms")),
                7,
                0,
                5,
                Set.of(BASE),
                bed -> {
                    SmallCalls calls = WarmUp.smallCalls(bed.site(BASE).client());
                    WorthlessRecords flood = new WorthlessRecords(bed, BASE);
                    Side alone = () -> Map.of("wait", calls.oneAtATime(1).get("p50"));
                    Side behind = () -> {
                        flood.write(kind, WORTHLESS);
                        Map<String, Double> wait = alone.measure();
                        calls.oneAtATime(CALLS); // until what was refused is told
                        return wait;
                    };
                    return Side.pair(behind, alone, flood::close);
                });
    }

    private static Scenario portals() {
        return new Scenario(
                "portals",
                "calls of 50 ms, 128 in flight, two portals on 6 partitions",
                "the same with one portal on 6 partitions",
                List.of(Figure.more("rate", "jobs a second", "1/s", 1.8, 2.0)),
                5,
                1,
                3,
                Set.of(ONE_PORTAL, TWO_PORTALS),
                bed -> {
                    SmallCalls two = slowCalls(bed.site(TWO_PORTALS).client());
                    SmallCalls one = slowCalls(bed.site(ONE_PORTAL).client());
                    return Side.pair(() -> two.inFlight(128, LOAD), () -> one.inFlight(128, LOAD));
                });
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
                bed -> new PortalHeap(bed, bed.site(MEMORY), form, 50 * MIB));
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
                "a portal's start until it is up",
                "java -version",
                List.of(Figure.less("seconds", "start", "s")),
                5,
                1,
                0,
                Set.of(),
                StartUp::portal);
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

    private static SmallCalls slowCalls(KafkaSendClient client) {
        Request request =
                Request.builder().endpoint("/api/v1/slow?seconds=0.05").build();
        return new SmallCalls(() -> client.send(request));
    }
}
