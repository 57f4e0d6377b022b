package io.kafkasend.bench;

import io.kafkasend.bench.network.Network;
import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.result.Machine;
import io.kafkasend.bench.result.Measurement;
import io.kafkasend.bench.result.Outcome;
import io.kafkasend.bench.result.Progress;
import io.kafkasend.bench.result.Results;
import io.kafkasend.bench.result.Round;
import io.kafkasend.bench.result.SkippedException;
import io.kafkasend.bench.result.Spread;
import io.kafkasend.bench.scenario.Experiment;
import io.kafkasend.bench.scenario.Scenario;
import io.kafkasend.bench.testbed.ChildProcesses;
import io.kafkasend.bench.testbed.Directories;
import io.kafkasend.bench.testbed.JavaCommand;
import io.kafkasend.bench.testbed.TestBed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * One run of the benchmark: starts the parts, measures each scenario beside its baseline in turns, ends the parts. {@link
 * #close} may be called on any thread, and ends all processes; the rest is for one thread.
 */
public final class Benchmark implements AutoCloseable {
    private final Plan plan;
    private final Progress progress;
    private final Directories directories;
    private final ChildProcesses children;
    private volatile boolean failed;
    private volatile boolean closed;

    /**
     * Prepares; nothing is started yet.
     *
     * @throws BenchmarkException when there is no room for logs and data
     */
    public Benchmark(Plan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
        this.directories = Directories.make(plan.data());
        this.children = new ChildProcesses(directories.work());
    }

    /**
     * Runs all.
     *
     * @throws BenchmarkException when a part does not start or a call fails; names the directory with the logs, which is
     *     then kept
     * @throws InterruptedException when the thread is interrupted
     */
    public Results run() throws InterruptedException {
        long begin = System.nanoTime();
        Instant startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Machine machine = Machine.here();
        String commit = commit(); // now, since sources may change while it runs
        String scenario = "the start";
        directories.touchMemory();
        Optional<Network> network = plan.distances().isEmpty() ? Optional.empty() : Optional.of(new Network());
        try (TestBed bed = new TestBed(directories, children, plan.portalOptions(), plan.beforeMeasuring(), network)) {
            progress.ready(machine, directories.dataKind());
            List<Scenario> chosen = plan.chosen();
            List<Outcome> outcomes = new ArrayList<>();
            for (Scenario next : chosen) {
                scenario = next.name();
                progress.begins(next.name(), outcomes.size() + 1, chosen.size());
                Outcome outcome = measure(bed, next);
                outcomes.add(outcome);
                progress.ended(outcome);
            }
            return new Results(
                    commit,
                    startedAt.toString(),
                    Spread.rounded((System.nanoTime() - begin) / 1e9),
                    plan.quick(),
                    machine,
                    settings(bed),
                    outcomes);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (closed) {
                throw new BenchmarkException("stopped before the end", e);
            }
            failed = true;
            throw new BenchmarkException(
                    scenario + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()) + "; logs are in "
                            + directories.work(),
                    e);
        }
    }

    /** Ends every process, and removes what they left; the logs stay after a failure. A second call does nothing. */
    @Override
    public void close() {
        closed = true;
        children.close();
        directories.removeData();
        if (!failed) {
            directories.removeWork();
        }
    }

    private Outcome measure(TestBed bed, Scenario scenario) throws Exception {
        bed.keepOnly(scenario.deployments());
        bed.emptyTopics();
        try (Experiment experiment = scenario.opening().open(bed)) {
            for (int i = 0; i < plan.warmUps(scenario); i++) {
                turn(bed, experiment, i % 2 == 0);
            }
            Map<String, List<Round>> rounds = new LinkedHashMap<>();
            for (int i = 0; i < plan.rounds(scenario); i++) {
                turn(bed, experiment, i % 2 == 0)
                        .forEach((figure, round) -> rounds.computeIfAbsent(figure, key -> new ArrayList<>())
                                .add(round));
            }
            return new Outcome(
                    scenario.name(),
                    scenario.title(),
                    scenario.baseline(),
                    null,
                    scenario.figures().stream()
                            .map(figure -> Measurement.of(figure, rounds.get(figure.key())))
                            .toList());
        } catch (SkippedException e) {
            return new Outcome(scenario.name(), scenario.title(), scenario.baseline(), e.getMessage(), List.of());
        }
    }

    /** Both sides, one after the other, each with a heap that was swept here: who is first changes from turn to turn. */
    private Map<String, Round> turn(TestBed bed, Experiment experiment, boolean scenarioFirst) throws Exception {
        Map<String, Double> scenario = scenarioFirst ? swept(experiment::scenario) : null;
        Map<String, Double> baseline = swept(experiment::baseline);
        if (!scenarioFirst) {
            scenario = swept(experiment::scenario);
        }
        bed.emptyTopics();
        Map<String, Round> rounds = new TreeMap<>();
        for (Map.Entry<String, Double> figure : baseline.entrySet()) {
            rounds.put(
                    figure.getKey(),
                    new Round(Spread.rounded(scenario.get(figure.getKey())), Spread.rounded(figure.getValue())));
        }
        return rounds;
    }

    private static Map<String, Double> swept(Callable<Map<String, Double>> side) throws Exception {
        System.gc();
        return side.call();
    }

    private Map<String, String> settings(TestBed bed) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("broker data", directories.dataKind());
        settings.put(
                "warm-up of portals, s",
                String.valueOf(plan.beforeMeasuring().time().toSeconds()));
        settings.put("rounds", plan.rounds() > 0 ? String.valueOf(plan.rounds()) : "each scenario's own");
        settings.put(
                "portal JVM options", plan.portalOptions().isEmpty() ? "none" : String.join(" ", plan.portalOptions()));
        settings.put("portal settings", "defaults, but for topics, addresses and, where named, call slots");
        Map<String, Object> producer = bed.client().producerProperties();
        for (String name : List.of("acks", "enable.idempotence", "linger.ms", "compression.type", "buffer.memory")) {
            settings.put("client " + name, String.valueOf(producer.get(name)));
        }
        return settings;
    }

    /** The commit that the launcher's directory is at; null where git does not say. */
    private static String commit() throws InterruptedException {
        Path home = JavaCommand.home().orElse(Path.of(""));
        try {
            String commit = git(home, "rev-parse", "--short=12", "HEAD");
            boolean changed = !git(home, "status", "--porcelain", "--", "src/main", "pom.xml")
                    .isEmpty();
            return commit.isEmpty() ? null : commit + (changed ? "+" : "");
        } catch (IOException e) {
            return null;
        }
    }

    private static String git(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command)
                .directory(directory.toAbsolutePath().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? out : "";
    }
}
