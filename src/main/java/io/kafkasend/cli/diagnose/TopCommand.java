package io.kafkasend.cli.diagnose;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.console.Keys;
import io.kafkasend.cli.console.Terminal;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kafkasend top}: what a portal is doing, in a terminal. */
@Command(
        name = "top",
        description =
                "Shows what a portal is doing, from its management port: jobs, partitions, work, and what ended in the"
                        + " last minute. On a terminal it goes on each second until q.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:no portal, or it does not tell, and why in one line", "2:bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {"  kafkasend top", "  kafkasend top --once --url http://127.0.0.1:9877"})
public final class TopCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final int COLUMNS = 120;
    private static final int ROWS = 24;
    private static final String BEGIN = "\u001b[?1049h\u001b[?25l";
    private static final String HOME = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST = "\u001b[J";
    private static final String END = "\u001b[?25h\u001b[?1049l";

    private final Console surroundings;
    private final ObjectMapper mapper = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9876",
            description = "the portal's management port. Default: ${DEFAULT-VALUE}")
    private URI url;

    @Option(names = "--once", description = "print once, and end; as without a terminal")
    private boolean once;

    @Mixin
    private final JsonOption json = new JsonOption();

    public TopCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Shows; an {@code ExitCode}. */
    @Override
    public Integer call() throws InterruptedException {
        if (url.getHost() == null || !List.of("http", "https").contains(String.valueOf(url.getScheme()))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--url is " + url + "; it takes http://HOST:PORT, as the portal's log names it");
        }
        PortalConsole console = new PortalConsole(url, PATIENCE, mapper);
        try {
            PortalLook look = console.look();
            if (json.wanted) {
                json.report(surroundings).done(out -> look.write(out, mapper));
            } else if (once || !surroundings.terminal() || "dumb".equals(surroundings.variable("TERM"))) {
                picture().lines(look).forEach(surroundings.out()::println);
            } else {
                goOn(console, look);
            }
            return ExitCode.ANSWERED;
        } catch (PortalConsole.AbsentException e) {
            if (json.wanted) {
                json.report(surroundings).failed(JsonReport.Cause.NO_PORTAL, e.getMessage(), fields -> {});
            }
            surroundings.complain(e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private TopPicture picture() {
        Terminal screen = surroundings.screen();
        return new TopPicture(screen == null ? COLUMNS : screen.columns(), surroundings.ink());
    }

    /** Until q, or the end of what is typed. A portal that goes away is waited for. */
    private void goOn(PortalConsole console, PortalLook first) throws InterruptedException {
        Thread atInterrupt = new Thread(() -> write(END), "kafkasend-terminal");
        try (Keys keys = Keys.of(surroundings)) {
            Thread keysToo = new Thread(keys::close, "kafkasend-keys");
            Runtime.getRuntime().addShutdownHook(atInterrupt);
            Runtime.getRuntime().addShutdownHook(keysToo);
            try {
                write(BEGIN);
                PortalLook look = first;
                draw(look, null);
                for (int key = keys.within(EACH); !isEnd(key); key = keys.within(EACH)) {
                    try {
                        look = console.look();
                        draw(look, null);
                    } catch (PortalConsole.AbsentException e) {
                        draw(look, e.getMessage());
                    }
                }
            } finally {
                write(END);
                remove(atInterrupt);
                remove(keysToo);
            }
        }
    }

    private static boolean isEnd(int key) {
        return key == 'q' || key == 'Q' || key == Keys.END;
    }

    private void draw(PortalLook look, String lost) {
        List<String> lines = new ArrayList<>(picture().lines(look));
        lines.add(0, lost == null ? "q ends" : surroundings.ink().red("q ends; this is old: " + lost));
        Terminal screen = surroundings.screen();
        int rows = screen == null ? ROWS : screen.rows();
        StringBuilder picture = new StringBuilder(HOME);
        for (int i = 0; i < Math.min(rows - 1, lines.size()); i++) {
            picture.append(lines.get(i)).append(REST_OF_LINE).append("\r\n");
        }
        write(picture.append(REST).toString());
    }

    private void write(String text) {
        surroundings.out().print(text);
        surroundings.out().flush();
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending
        }
    }
}
