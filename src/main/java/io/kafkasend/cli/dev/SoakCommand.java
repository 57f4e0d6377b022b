package io.kafkasend.cli.dev;

import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.result.Machine;
import io.kafkasend.bench.soak.Ending;
import io.kafkasend.bench.soak.Fault;
import io.kafkasend.bench.soak.Soak;
import io.kafkasend.bench.soak.SoakPlan;
import io.kafkasend.bench.soak.SoakProgress;
import io.kafkasend.bench.soak.SoakResult;
import io.kafkasend.bench.soak.SoakTables;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.log.Logs;
import io.kafkasend.cli.option.ByteCount;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.cli.output.JsonReport.Cause;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts all kinds of jobs on KafkaSend for a while, and tells what was lost, what was corrupt and what grows. */
@Command(
        name = "soak",
        description =
                "Puts all kinds of jobs and hostile records on a broker, portals and an API that misbehaves, each a"
                        + " process of its own on this machine, and tells what was lost, what was corrupt and what grows.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing was lost or corrupt, and nothing grows",
            "1:something was or does, or a part did not start",
            "2:bad usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kafkasend soak --minutes 30",
            "  kafkasend soak --minutes 30 --rate 2 --portals 2 --json",
            "  kafkasend soak --minutes 0.2 --inject lost,corrupt"
        })
public final class SoakCommand implements Callable<Integer> {
    private static final double MOST_MINUTES = 10_000;
    private static final long LEAST_TOPIC = 64L << 20;
    private static final long PATIENCE_SECONDS = 60; // of jobs that are open, and of the tables
    private static final long MOST_BODY = 100_000_000;

    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"--minutes", "-m"},
            paramLabel = "N",
            defaultValue = "10",
            description = "for how long jobs are begun; fractions allowed. Default: ${DEFAULT-VALUE}")
    private double minutes;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "5",
            description = "jobs begun in a second. Default: ${DEFAULT-VALUE}")
    private double rate;

    @Option(
            names = "--hostile-rate",
            paramLabel = "N",
            defaultValue = "5",
            description = "hostile records written in a second; 0 for none. Default: ${DEFAULT-VALUE}")
    private double hostileRate;

    @Option(
            names = "--portals",
            paramLabel = "N",
            defaultValue = "2",
            description = "portals that share the work, 1 to 3. Default: ${DEFAULT-VALUE}")
    private int portals;

    @Option(
            names = "--largest",
            paramLabel = "SIZE",
            defaultValue = "50MB",
            converter = ByteCount.class,
            description = "no body is larger, up to 100MB. Default: ${DEFAULT-VALUE}")
    private long largest;

    @Option(
            names = "--retention-bytes",
            paramLabel = "SIZE",
            defaultValue = "256MiB",
            converter = ByteCount.class,
            description = "how much Kafka keeps of each partition, 64MiB or more. Default: ${DEFAULT-VALUE}")
    private long retentionBytes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "the same gives the same jobs in the same order. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--data",
            paramLabel = "DIRECTORY",
            description = "where the broker keeps its data. Default: the directory for temporary files")
    private Path data;

    @Option(
            names = "--inject",
            paramLabel = "FAULT",
            split = ",",
            description = "spoil some answers, to see that it is found: ${COMPLETION-CANDIDATES}")
    private Set<Fault> faults = Set.of();

    @Mixin
    private final JsonOption json = new JsonOption();

    public SoakCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs for its time, or until told to end; an {@link ExitCode}. */
    @Override
    public Integer call() throws InterruptedException {
        checkArguments();
        Logs.level("io.kafkasend", "ERROR");
        JsonReport report = json.wanted ? json.report(surroundings) : null;
        SoakPlan plan = new SoakPlan(
                Duration.ofMillis(Math.round(minutes * 60_000)),
                rate,
                hostileRate,
                portals,
                largest,
                retentionBytes,
                seed,
                data,
                faults);
        CountDownLatch told = new CountDownLatch(1);
        try (Soak soak = new Soak(plan, new Lines(surroundings.err()))) {
            Thread hook = new Thread(() -> end(soak, told));
            Runtime.getRuntime().addShutdownHook(hook);
            SoakResult result;
            try {
                result = soak.run();
                tell(result, report);
                if (!result.passed()) {
                    surroundings.err().println("soak: logs are in " + soak.logs());
                }
            } finally {
                told.countDown();
            }
            removeHook(hook);
            return result.passed() ? ExitCode.ANSWERED : ExitCode.FAILED;
        } catch (BenchmarkException e) {
            surroundings.complain("soak: " + e.getMessage());
            if (report != null) {
                report.failed(Cause.INTERNAL, e.getMessage(), nothing -> {});
            }
            return ExitCode.FAILED;
        }
    }

    private void tell(SoakResult result, JsonReport report) {
        if (report == null) {
            new SoakTables(result).lines().forEach(surroundings.out()::println);
            surroundings.out().println();
            surroundings.out().println("soak: " + result.line());
            surroundings.out().flush();
        } else if (result.passed()) {
            report.done(fields -> new SoakJson(result).write(fields));
        } else {
            surroundings.complain("soak: " + result.line());
            report.failed(Cause.CHECK_FAILED, result.line(), fields -> new SoakJson(result).write(fields));
        }
    }

    private void checkArguments() {
        require(
                minutes > 0 && minutes <= MOST_MINUTES,
                "--minutes is " + minutes + "; it takes more than 0, up to 10000");
        require(rate > 0 && rate <= 1000, "--rate is " + rate + "; it takes more than 0, up to 1000");
        require(
                hostileRate >= 0 && hostileRate <= 10_000,
                "--hostile-rate is " + hostileRate + "; it takes 0 to 10000");
        require(portals >= 1 && portals <= 3, "--portals is " + portals + "; it takes 1 to 3");
        require(largest <= MOST_BODY, "--largest takes up to 100MB");
        require(
                retentionBytes >= LEAST_TOPIC,
                "--retention-bytes takes 64MiB or more, or jobs that are open would lose records");
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs: Ctrl-C has ended the soak.
        }
    }

    /** At Ctrl-C, on a thread of its own: what was found so far is told first. */
    private static void end(Soak soak, CountDownLatch told) {
        soak.stop();
        try {
            told.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        soak.close();
    }

    /** What happens, on standard error. */
    private record Lines(PrintStream err) implements SoakProgress {
        @Override
        public void begins(Machine machine, Path brokerData) {
            err.println("soak: " + machine.cores() + " cores, load " + machine.loadBefore() + ", broker's data in "
                    + brokerData + "; Ctrl-C ends it with what was found so far");
        }

        @Override
        public void looked(double seconds, double of, Map<Ending, Long> endings) {
            long all = endings.values().stream().mapToLong(Long::longValue).sum();
            List<String> wrong = endings.entrySet().stream()
                    .filter(entry -> entry.getKey().wrong() && entry.getValue() > 0)
                    .map(entry -> entry.getValue() + " " + entry.getKey().title())
                    .toList();
            err.println(String.format(
                    Locale.ROOT,
                    "soak: %.1f of %.1f min, %d jobs, %s",
                    seconds / 60,
                    of / 60,
                    all,
                    wrong.isEmpty() ? "none wrong" : String.join(", ", wrong)));
        }
    }
}
