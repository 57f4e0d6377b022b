package io.kafkasend.cli;

import io.kafkasend.client.ClientException;
import io.kafkasend.config.KafkaSecurity;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.SettingsException;
import io.kafkasend.portal.Portal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the portal beside an API until the process is told to end. */
@Command(
        name = "portal",
        description = "Runs the portal beside an API. Everything is set by environment variables; see README.md.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        footer = {
            "",
            "Example:",
            "  PORTAL_TARGET_API_URL=https://api.example.com \\",
            "  PORTAL_ALLOWED_ENDPOINTS='/api/v1/upload,/api/v1/documents/*' \\",
            "  OAUTH2_TOKEN_URL=https://login.example.com/token OAUTH2_CLIENT_ID=portal \\",
            "  OAUTH2_CLIENT_SECRET=... kafkasend portal",
            "",
            "Exit codes: 0 ended on request, 1 failed, 2 bad settings."
        })
final class PortalCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--check", description = "Checks the settings, shows them with secrets masked, and ends.")
    private boolean check;

    PortalCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs until told to end; an {@link ExitCode}. */
    @Override
    public Integer call() throws Exception {
        PortalSettings settings;
        try {
            settings = PortalSettings.fromEnvironment(surroundings.environment());
        } catch (SettingsException e) {
            e.faults().forEach(fault -> surroundings.err().println("kafkasend: " + fault));
            return ExitCode.USAGE;
        }
        List<String> faults = Portal.faults(settings);
        if (!faults.isEmpty()) {
            faults.forEach(fault -> surroundings.err().println("kafkasend: " + fault));
            return ExitCode.USAGE;
        }
        if (check) {
            surroundings.out().println(settings);
            surroundings.out().println(Portal.heapNeeds(settings));
            return ExitCode.ANSWERED;
        }
        Logs.level("io.kafkasend", settings.get(PortalSettings.LOG_LEVEL));
        try {
            awaitTopics(settings);
        } catch (ClientException e) {
            new ErrorLines(surroundings).print(e);
            return ExitCode.USAGE;
        }
        return Portal.run();
    }

    private static void awaitTopics(PortalSettings settings) throws InterruptedException {
        TopicsReady ready = new TopicsReady(
                settings.get(PortalSettings.BOOTSTRAP_SERVERS),
                KafkaSecurity.of(settings).properties());
        ready.await(settings.get(PortalSettings.REQUEST_TOPIC), settings.get(PortalSettings.RESPONSE_TOPIC));
        String deadLetters = settings.get(PortalSettings.DEAD_LETTER_TOPIC);
        if (!deadLetters.isEmpty()) {
            ready.warnOfMissing(deadLetters, "records that name no client are only logged until then");
        }
        settings.replyTopics()
                .forEach(topic -> ready.warnOfMissing(topic, "jobs that ask for it as reply_to hang until then"));
    }
}
