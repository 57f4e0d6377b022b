package io.kafkasend.cli;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.log.CommandLog;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;

/**
 * Loads the classes that portal and commands run with, and ends. For the JVM's archive of class data ({@code -XX:DumpLoadedClassList},
 * {@code -XX:ArchiveClassesAtExit}). Where the libraries of the embedded broker are at hand, as in a checkout, a whole portal answers
 * real commands; elsewhere all that a command and a portal begin with is loaded, and nothing listens where they connect to.
 */
@Command(
        name = "class-data",
        description = "Makes the archive of classes that lets commands and portal start faster.",
        hidden = true,
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class)
final class ClassDataCommand implements Callable<Integer> {
    /** TCP's port for nothing (RFC 863), so nobody who means to be called. */
    private static final String NOWHERE = "127.0.0.1:9";

    private static final int PATIENCE_SECONDS = 60;

    /** Loads them; an {@link ExitCode}. */
    @Override
    public Integer call() throws Exception {
        KafkaSend.run(Console.ofProcess(), "--help");
        keepHelp();
        new CommandLog().initialize(); // as a command has it that ends soon
        String libraries = System.getProperty("kafkasend.dev-lib", "");
        if (!Part.PORTAL.isThere()) {
            aCommand();
        } else if (libraries.isEmpty() || !Files.isDirectory(Path.of(libraries))) {
            withoutABroker();
        } else {
            withABroker(libraries);
        }
        Runtime.getRuntime().halt(ExitCode.ANSWERED); // the portal's end would wait for a broker that never comes
        return ExitCode.ANSWERED;
    }

    /** What {@code kafkasend --help} prints, plain and in colour: where the launcher has it as files, it needs no JVM to print it. */
    private static void keepHelp() throws IOException {
        String directory = System.getProperty("kafkasend.help", "");
        if (directory.isEmpty()) {
            return;
        }
        for (boolean colour : new boolean[] {false, true}) {
            ByteArrayOutputStream help = new ByteArrayOutputStream();
            PrintStream out = new PrintStream(help, true, StandardCharsets.UTF_8);
            KafkaSend.run(new Console(InputStream.nullInputStream(), out, System.err, colour, Map.of()), "--help");
            String name = colour ? "help.colour" : "help";
            Path whole = Files.write(Path.of(directory, name + ".new"), help.toByteArray());
            Files.move(whole, Path.of(directory, name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The broker is a process of its own: its classes are not for this archive. */
    private void withABroker(String libraries) throws Exception {
        Process broker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path") + File.pathSeparator + libraries + File.separator + "*",
                        KafkaSend.class.getName(),
                        "broker",
                        "--port",
                        "0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // Whatever comes in the way: it does not outlive this process, nor this process its patience.
        Runtime.getRuntime().addShutdownHook(new Thread(broker::destroyForcibly));
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .execute(() -> Runtime.getRuntime().exit(ExitCode.TIMED_OUT));
        try (BufferedReader told = broker.inputReader()) {
            String line = told.readLine();
            Matcher address = Pattern.compile("listening on (\\S+);").matcher(line == null ? "" : line);
            if (!address.find()) {
                withoutABroker();
                return;
            }
            TokenServer tokens = TokenServer.start("portal", "none");
            SampleApi api = SampleApi.start(tokens::isValid);
            startPortal(
                    address.group(1), api.url().toString(), tokens.tokenUrl().toString());
            Path file = Files.createTempFile("kafkasend-class-data-", ".json");
            try {
                Files.writeString(file, "{}");
                for (String command : List.of(
                        "topics",
                        "send-request -e /api/v1/status --no-wait",
                        "send-request -e /api/v1/status --json",
                        "send-request -e /api/v1/status/404",
                        "send-file " + file + " -e /api/v1/upload")) {
                    String[] arguments = (command + " -b " + address.group(1)).split(" ");
                    KafkaSend.run(Console.ofProcess(), arguments);
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } finally {
            broker.destroy();
        }
    }

    private static void withoutABroker() throws Exception {
        startPortal(NOWHERE, "http://" + NOWHERE, "http://" + NOWHERE);
        aCommand();
        TimeUnit.SECONDS.sleep(1); // the portal's consumer begins on a thread of its own
    }

    private static void aCommand() {
        KafkaSend.run(Console.ofProcess(), "send-request", "-e", "/", "-b", NOWHERE, "--connect-timeout", "1");
    }

    private static void startPortal(String broker, String api, String tokens) throws Exception {
        Portal.start(Map.of(
                "kafkasend.warm-up-seconds",
                "5", // as by default: its jobs load what the first jobs of a portal do, and leave profiles
                "kafkasend.management-port",
                "0",
                "kafkasend.bootstrap-servers",
                broker,
                "kafkasend.target-api-url",
                api,
                "kafkasend.allowed-endpoints",
                "/**",
                "kafkasend.oauth2-token-url",
                tokens,
                "kafkasend.oauth2-client-id",
                "portal",
                "kafkasend.oauth2-client-secret",
                "none"));
    }
}
