package io.kafkasend.bench.soak;

import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.result.Machine;
import io.kafkasend.bench.result.Spread;
import io.kafkasend.bench.testbed.ChildProcess;
import io.kafkasend.bench.testbed.ChildProcesses;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.Directories;
import io.kafkasend.bench.testbed.RunningDeployment;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.concurrent.DaemonThreads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * One soak: starts the parts, puts jobs and hostile records on them for a while, looks at the processes meanwhile, and tells what
 * became of all. {@link #stop} and {@link #close} may be called on any thread, the rest is for one.
 */
public final class Soak implements AutoCloseable {
    private static final int PARTITIONS = 3;
    private static final int SLICES = 10;
    private static final int LOOKS = 60;
    private static final double SHORTEST_LOOK = 5; // seconds; a look is a full collection in each process
    private static final double LONGEST_LOOK = 30;
    private static final int OTHER_DATA = 64 << 20; // Kafka's own topics, snapshots
    private static final Duration START = Duration.ofSeconds(30);
    private static final Pattern MANAGEMENT = Pattern.compile("the management port is open url=\"?(http://[^/\\s]+)");

    private final SoakPlan plan;
    private final SoakProgress progress;
    private final Directories directories;
    private final ChildProcesses children;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1); // processes are looked at until then
    private volatile boolean failed;
    private boolean begun;

    /**
     * Prepares; nothing is started yet.
     *
     * @param progress told how it gets on
     * @throws BenchmarkException when there is no room for logs and data
     */
    public Soak(SoakPlan plan, SoakProgress progress) {
        this.plan = plan;
        this.progress = progress;
        this.directories =
                Directories.make(plan.data() != null ? plan.data() : Path.of(System.getProperty("java.io.tmpdir")));
        this.children = new ChildProcesses(directories.work());
    }

    /**
     * Runs it to its end.
     *
     * @throws BenchmarkException when a part does not start, or ends; names the directory with the logs, which is then kept
     */
    public SoakResult run() throws InterruptedException {
        try (TestBed bed = new TestBed(
                directories, children, List.of("-Xmx512m"), new WarmUp(Duration.ZERO), bounds(), Optional.empty())) {
            SoakResult result = run(bed);
            failed = !result.passed();
            return result;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            failed = true;
            throw new BenchmarkException(
                    (e.getMessage() == null ? e.toString() : e.getMessage()) + "; logs are in " + directories.work(),
                    e);
        }
    }

    /** Where the logs of all processes are; they stay where the run has failed. */
    public Path logs() {
        return directories.work();
    }

    /** Ends it before its time, with what was found so far; a start that is under way fails. */
    public synchronized void stop() {
        stopped.countDown();
        if (!begun) {
            children.close();
        }
    }

    private synchronized void begin() {
        begun = true;
        if (stopped.getCount() == 0) {
            throw new BenchmarkException("stopped before it began");
        }
    }

    /** Ends every process, and removes what they left; the logs stay after a failure. A second call does nothing. */
    @Override
    public void close() {
        stop();
        children.close();
        directories.removeData();
        if (!failed) {
            directories.removeWork();
        }
    }

    private SoakResult run(TestBed bed) throws Exception {
        Machine machine = Machine.here();
        String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Deployment deployment = deployment();
        for (String topic : List.of(deployment.requestTopic(), deployment.responseTopic())) {
            bed.createTopic(topic, PARTITIONS, Map.of("segment.bytes", String.valueOf(segment())));
        }
        RunningDeployment running = bed.running(deployment);
        List<ChildProcess> processes = new ArrayList<>(running.portals());
        processes.add(bed.broker());
        processes.add(bed.sampleApi());
        Vitals vitals = new Vitals(processes, pages(running.portals()), directories.data(), diskBound());
        Tally tally = new Tally();
        double cpuBefore = seconds(bed.cpuTime());
        SoakBodies bodies = new SoakBodies(directories.work(), plan.largestBody());
        double seconds;
        double slice = Math.max(0.1, seconds(plan.time()) / SLICES);
        long hostile;
        AtomicReference<Exception> lookFailed = new AtomicReference<>();
        begin();
        progress.begins(machine, directories.data());
        try (SoakClients clients = new SoakClients(bed, running.deployment(), tally, slice);
                HostileRecords enemy = new HostileRecords(
                        new Random(plan.seed() + 1),
                        bed.client().producerProperties(),
                        running.deployment().requestTopic(),
                        running.deployment().responseTopic())) {
            clients.connect();
            long begin = clients.begin();
            Thread looking = DaemonThreads.named("soak-look", () -> look(vitals, begin, tally, lookFailed));
            looking.start();
            pace(begin, new SoakJobs(new Random(plan.seed()), bodies, plan.faults()), clients, enemy);
            seconds = (System.nanoTime() - begin) / 1e9;
            clients.awaitEnds(stopped);
            over.countDown();
            looking.join();
            hostile = enemy.written();
        }
        if (lookFailed.get() != null) {
            throw lookFailed.get();
        }
        return new SoakResult(
                machine,
                startedAt,
                Spread.rounded(seconds),
                seconds < seconds(plan.time()) - 1,
                Spread.rounded(seconds(bed.cpuTime()) - cpuBefore),
                tally.endings().values().stream().mapToLong(Long::longValue).sum(),
                tally.endings(),
                tally.details(),
                tally.kinds(),
                tally.bytes(),
                hostile,
                bed.api().repeatedCalls(),
                tally.slices(slice),
                vitals.trends());
    }

    /** Begins jobs and hostile records, each in their pace, until the time is over. */
    private void pace(long begin, SoakJobs jobs, SoakClients clients, HostileRecords enemy)
            throws InterruptedException {
        double end = seconds(plan.time());
        double nextJob = 0;
        double nextHostile = plan.hostilePerSecond() > 0 ? 0 : end;
        while (true) {
            double now = (System.nanoTime() - begin) / 1e9;
            if (now >= end) {
                return;
            }
            if (nextJob <= now) {
                clients.begin(jobs.next());
                nextJob = Math.max(nextJob + 1 / plan.jobsPerSecond(), now - 1); // what was missed is not made up for
            }
            if (nextHostile <= now) {
                enemy.write();
                nextHostile = Math.max(nextHostile + 1 / plan.hostilePerSecond(), now - 1);
            }
            double wait = Math.min(end, Math.min(nextJob, nextHostile)) - (System.nanoTime() - begin) / 1e9;
            if (stopped.await((long) (Math.max(0, wait) * 1e9), TimeUnit.NANOSECONDS)) {
                return;
            }
        }
    }

    private void look(Vitals vitals, long begin, Tally tally, AtomicReference<Exception> lookFailed) {
        double every = Math.max(SHORTEST_LOOK, Math.min(LONGEST_LOOK, seconds(plan.time()) / LOOKS));
        try {
            do {
                double now = (System.nanoTime() - begin) / 1e9;
                vitals.look(now);
                progress.looked(now, seconds(plan.time()), tally.endings());
            } while (!over.await((long) (every * 1e9), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | BenchmarkException e) {
            lookFailed.set(e);
            stop();
        }
    }

    private static List<ManagementPage> pages(List<ChildProcess> portals) throws InterruptedException {
        HttpClient http = HttpClient.newBuilder().connectTimeout(START).build();
        List<ManagementPage> pages = new ArrayList<>();
        for (ChildProcess portal : portals) {
            pages.add(new ManagementPage(
                    portal.name(), URI.create(portal.await(MANAGEMENT, START).group(1)), http));
        }
        return pages;
    }

    private Deployment deployment() throws IOException {
        Path spool = Files.createDirectory(directories.work().resolve("spool"));
        return new Deployment(
                "soak",
                PARTITIONS,
                plan.portals(),
                false,
                Map.of("PORTAL_SPOOL_DIRECTORY", spool.toString(), "PORTAL_JOB_MAX_AGE_SECONDS", "60"));
    }

    private Map<String, String> bounds() {
        return Map.of(
                "log.retention.bytes", String.valueOf(plan.topicBytes()),
                "log.segment.bytes", String.valueOf(segment()));
    }

    private long segment() {
        return Math.max(1 << 20, plan.topicBytes() / 8);
    }

    /** Requests, responses, and three topics that the broker has from its start: each partition its bound and two segments. */
    private double diskBound() {
        return (2 * PARTITIONS + 9) * (plan.topicBytes() + 2.0 * segment()) + OTHER_DATA;
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
