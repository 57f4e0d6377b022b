package io.kafkasend.cli.dev;

import io.kafkasend.bench.Benchmark;
import io.kafkasend.bench.Plan;
import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.result.Machine;
import io.kafkasend.bench.result.Outcome;
import io.kafkasend.bench.result.Progress;
import io.kafkasend.bench.result.Report;
import io.kafkasend.bench.result.Results;
import io.kafkasend.bench.result.Tables;
import io.kafkasend.bench.scenario.Catalogue;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.log.Logs;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.ErrorLines;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures KafkaSend against what bare Kafka does on the same machine. */
@Command(
        name = "bench",
        description =
                "Measures KafkaSend against bare Kafka: broker, sample API, portals and client in processes of their"
                        + " own on this machine, each scenario in turns with its baseline.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:failed, or a bar was missed with --check", "2:bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  kafkasend bench --quick",
            "  kafkasend bench --scenario upload-50,get --json results.json",
            "  kafkasend bench --rtt 1,20,100 --ack 250",
            "  kafkasend bench --docs docs",
            "  kafkasend bench --from docs/benchmarks.json --docs docs"
        })
public final class BenchCommand implements Callable<Integer> {
    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "measure less, in some two minutes on two free cores")
    private boolean quick;

    @Option(
            names = {"--scenario", "-s"},
            paramLabel = "NAME",
            split = ",",
            description = "measure these only; see --list")
    private List<String> scenarios = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "counted rounds of each scenario, 1 to 1000")
    private Integer rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "how long portals work before they are measured, 0 to 3600. Default: 90, or 12 with --quick")
    private Integer warmUp;

    @Option(names = "--json", paramLabel = "FILE", description = "write all results there")
    private Path json;

    @Option(
            names = "--docs",
            paramLabel = "DIRECTORY",
            description =
                    "write benchmarks.json, the tables of benchmarks.md and the chart there; rows that differ from those"
                            + " there by no more than chance stay")
    private Path docs;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "measure nothing, and take the results from what --json wrote")
    private Path from;

    @Option(names = "--check", description = "exit with 1 when a bar is missed")
    private boolean check;

    @Option(names = "--list", description = "list the scenarios, with their bars and aims")
    private boolean list;

    @Option(
            names = "--data",
            paramLabel = "DIRECTORY",
            description = "where the broker keeps its data. Default: memory where it has room, else the disk")
    private Path data;

    @Option(
            names = "--portal-options",
            paramLabel = "OPTIONS",
            description = "options for the portals' JVMs, as for a profile: -XX:StartFlightRecording=filename=p.jfr")
    private String portalOptions = "";

    @Mixin
    private BenchDistances distances = new BenchDistances();

    public BenchCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Measures, or shows what was measured; an {@link ExitCode}. */
    @Override
    public Integer call() throws InterruptedException {
        checkArguments();
        if (list) {
            list();
            return ExitCode.ANSWERED;
        }
        try {
            Results results = from == null ? measure() : Results.read(from);
            if (json != null) {
                results.write(json);
            }
            if (docs != null) {
                new Report(docs).write(results);
            }
            new Tables(results).lines().forEach(surroundings.out()::println);
            return check && !results.allMet() ? ExitCode.FAILED : ExitCode.ANSWERED;
        } catch (BenchmarkException e) {
            new ErrorLines(surroundings).print(e);
            return ExitCode.FAILED;
        }
    }

    private void checkArguments() {
        List<String> names = Catalogue.entries(distances.wanted(spec)).stream()
                .map(Catalogue.Entry::name)
                .toList();
        for (String scenario : scenarios) {
            if (!names.contains(scenario)) {
                throw usage("--scenario: there is no " + scenario + "; it takes " + String.join(", ", names));
            }
        }
        if (rounds != null && (rounds < 1 || rounds > 1000)) {
            throw usage("--rounds is " + rounds + "; it takes 1 to 1000");
        }
        if (warmUp != null && (warmUp < 0 || warmUp > 3600)) {
            throw usage("--warm-up is " + warmUp + "; it takes 0 to 3600 seconds");
        }
        if (json != null && (Files.isDirectory(json) || !Files.isDirectory(parent(json)))) {
            throw usage("--json: " + json + " is a directory, or in one that does not exist");
        }
        if (docs != null && !Files.isDirectory(docs)) {
            throw usage("--docs: " + docs + " is not a directory");
        }
        if (from != null && !Files.isRegularFile(from)) {
            throw usage("--from: " + from + " does not exist, or is not a file");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static Path parent(Path file) {
        return file.toAbsolutePath().normalize().getParent();
    }

    private void list() {
        for (Catalogue.Entry scenario : Catalogue.entries(distances.wanted(spec))) {
            surroundings
                    .out()
                    .printf(
                            Locale.ROOT,
                            "%-18s %s / %s%s%n",
                            scenario.name(),
                            scenario.title(),
                            scenario.baseline(),
                            scenario.quick() ? " [quick]" : "");
            for (Figure figure : scenario.figures()) {
                String bar = figure.bar() == null
                        ? ""
                        : ": " + (figure.moreIsBetter() ? "at least " : "at most ") + figure.bar() + ", aim "
                                + figure.aim();
                surroundings.out().printf("%-18s   %s, %s%s%n", "", figure.title(), figure.unit(), bar);
            }
        }
    }

    private Results measure() throws InterruptedException {
        Logs.level("io.kafkasend", "ERROR");
        List<String> options = portalOptions.isBlank()
                ? List.of()
                : List.of(portalOptions.strip().split("\\s+"));
        Plan plan = new Plan(
                scenarios,
                quick,
                rounds == null ? 0 : rounds,
                warmUp == null ? null : Duration.ofSeconds(warmUp),
                data,
                options,
                distances.wanted(spec));
        try (Benchmark benchmark = new Benchmark(plan, new Lines(surroundings.err()))) {
            Thread hook = new Thread(benchmark::close);
            Runtime.getRuntime().addShutdownHook(hook);
            Results results = benchmark.run();
            Runtime.getRuntime().removeShutdownHook(hook);
            return results;
        }
    }

    /** What happens, on standard error. */
    private record Lines(PrintStream err) implements Progress {
        @Override
        public void ready(Machine machine, String brokerData) {
            err.println("bench: " + machine.cores() + " cores, load " + machine.loadBefore() + ", broker's data on "
                    + brokerData);
        }

        @Override
        public void begins(String name, int number, int of) {
            err.print("bench: [" + number + "/" + of + "] " + name + " ");
            err.flush();
        }

        @Override
        public void ended(Outcome outcome) {
            err.println(outcome.skipped() != null ? "skipped: " + outcome.skipped() : summary(outcome));
        }

        private static String summary(Outcome outcome) {
            return outcome.figures().stream()
                    .map(figure -> String.format(
                            Locale.ROOT,
                            "%s %.2f%s",
                            figure.figure().title(),
                            figure.ratio(),
                            figure.met() == null ? "" : figure.met() ? " ok" : " missed"))
                    .reduce((first, second) -> first + "; " + second)
                    .orElse("");
        }
    }
}
