package io.kafkasend.cli;

import io.kafkasend.client.ClientException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.portal.Portal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Loads the classes that portal and commands begin with, and ends. For the JVM's archive of class data
 * ({@code -XX:ArchiveClassesAtExit}), with which both start in about half the time. Nothing listens where it connects to.
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

    @Spec
    private CommandSpec spec;

    /** Loads them; an {@link ExitCode}. */
    @Override
    public Integer call() throws Exception {
        spec.root().commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF);
        Portal.start(Map.of(
                "kafkasend.bootstrap-servers",
                NOWHERE,
                "kafkasend.target-api-url",
                "http://" + NOWHERE,
                "kafkasend.oauth2-token-url",
                "http://" + NOWHERE,
                "kafkasend.oauth2-client-id",
                "none",
                "kafkasend.oauth2-client-secret",
                "none"));
        try (KafkaSendClient client = KafkaSendClient.builder()
                .bootstrapServers(NOWHERE)
                .connectTimeout(Duration.ofSeconds(1))
                .build()) {
            client.call(Request.builder().endpoint("/").build());
        } catch (ClientException e) {
            TimeUnit.SECONDS.sleep(1); // the portal's consumer begins on a thread of its own
        }
        Runtime.getRuntime().halt(ExitCode.ANSWERED); // the portal's end would wait for a broker that never comes
        return ExitCode.ANSWERED;
    }
}
