package io.kafkasend.cli;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.SettingsException;
import io.kafkasend.portal.Portal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the portal beside an API until the process is told to end. */
@Command(
        name = "portal",
        description = "Runs the portal beside an API. Everything is set by environment variables; see README.md.",
        mixinStandardHelpOptions = true,
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
    @Spec
    private CommandSpec spec;

    @Option(names = "--check", description = "Checks the settings, shows them with secrets masked, and ends.")
    private boolean check;

    @Override
    public Integer call() throws Exception {
        PortalSettings settings;
        try {
            settings = PortalSettings.fromEnvironment(System.getenv());
        } catch (SettingsException e) {
            e.faults().forEach(spec.commandLine().getErr()::println);
            spec.commandLine().getErr().flush();
            return ExitCodes.USAGE;
        }
        if (check) {
            spec.commandLine().getOut().println(settings);
            return ExitCodes.OK;
        }
        Logs.level("io.kafkasend", settings.get(PortalSettings.LOG_LEVEL));
        Logs.level("kafkasend.security", "INFO");
        TopicsReady.await(
                settings.get(PortalSettings.BOOTSTRAP_SERVERS),
                settings.get(PortalSettings.REQUEST_TOPIC),
                settings.get(PortalSettings.RESPONSE_TOPIC));
        return Portal.run();
    }
}
