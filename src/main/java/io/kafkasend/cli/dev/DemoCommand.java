package io.kafkasend.cli.dev;

import io.kafkasend.cli.console.Bytes;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.log.Logs;
import io.kafkasend.cli.option.ByteCount;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.dev.StartException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the whole job on real parts, in one process. */
@Command(
        name = "demo",
        description =
                "Shows the whole job on real parts: an upload, a download, a small request and two refused ones, each with"
                        + " what was proved.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all that was to be proved was", "1:something was not, or a part did not start", "2:bad usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {"  kafkasend demo", "  kafkasend demo --size 200MB", "  kafkasend demo --keep"})
public final class DemoCommand implements Callable<Integer> {
    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"--size", "-s"},
            defaultValue = "50MB",
            converter = ByteCount.class,
            description = "how large a file goes up and down, up to 1GB. Default: ${DEFAULT-VALUE}")
    private long size;

    @Option(names = "--keep", description = "leave everything running, and say how to talk to it")
    private boolean keep;

    public DemoCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs until told to end; an {@link ExitCode}. */
    @Override
    public Integer call() throws Exception {
        PrintStream out = surroundings.out();
        if (size > 1_000_000_000) {
            throw new ParameterException(spec.commandLine(), "--size takes up to 1GB, and got " + Bytes.of(size));
        }
        Logs.level("io.kafkasend", "ERROR");
        try (Demo demo = new Demo(out, surroundings.ink())) {
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close));
            demo.start();
            boolean passed = demo.prove(size);
            if (keep) {
                demo.explainHowToTalkToIt();
                surroundings.standardOutput().requireWritten();
                Thread.currentThread().join(); // until Ctrl-C
            }
            demo.sayWhatIsNext();
            return passed ? ExitCode.ANSWERED : ExitCode.FAILED;
        } catch (StartException e) {
            surroundings.complain(e.getMessage());
            return ExitCode.FAILED;
        }
    }
}
