package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the platform that runs the portal has to know and to be told. */
public final class OperationSettings {
    public static final Setting<String> LOG_LEVEL = Accepts.logLevel("PORTAL_LOG_LEVEL", "How much the portal logs.");
    /** The value of {@link #LOG_FORMAT} for machines. */
    public static final String JSON_LOG = "json";

    public static final Setting<String> LOG_FORMAT = Accepts.choice(
            "PORTAL_LOG_FORMAT",
            "text",
            List.of("text", JSON_LOG),
            "How the command kafkasend portal writes its log: text for people, json for one object a line.");
    public static final Setting<Optional<Path>> LOG_LEVEL_FILE = Accepts.file(
            "PORTAL_LOG_LEVEL_FILE",
            "A file that names the level in place of PORTAL_LOG_LEVEL while it is there, so that the level can be changed while the"
                    + " command kafkasend portal runs; empty for none.");
    public static final Setting<Integer> SHUTDOWN_GRACE_SECONDS = Accepts.number(
            "PORTAL_SHUTDOWN_GRACE_SECONDS",
            25,
            1,
            86_400,
            "How long running calls may take to end when the portal is told to stop; less than the platform's own patience.");
    public static final Setting<Integer> WARM_UP_SECONDS = Accepts.number(
            "PORTAL_WARM_UP_SECONDS",
            5,
            0,
            600,
            "How long the portal warms itself up at most before it takes its first job, by jobs of its own that neither Kafka nor API nor"
                    + " token server sees; 0 for not at all.");
    public static final Setting<Optional<Path>> LIVENESS_FILE = Accepts.file(
            "PORTAL_LIVENESS_FILE",
            "A file that the portal touches while it can read requests, for a container's health check; empty for none.");

    static final SettingsGroup GROUP = new SettingsGroup(
            "Logging, shutdown and health",
            List.of(LOG_LEVEL, LOG_FORMAT, LOG_LEVEL_FILE, SHUTDOWN_GRACE_SECONDS, WARM_UP_SECONDS, LIVENESS_FILE));

    private OperationSettings() {}
}
