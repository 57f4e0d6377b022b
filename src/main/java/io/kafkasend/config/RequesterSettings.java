package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Who clients are, what each may ask for, and where answers go. */
public final class RequesterSettings {
    public static final Setting<Optional<Path>> CLIENT_KEYS = Accepts.path(
            "PORTAL_CLIENT_KEYS",
            "a directory that is there; or nothing",
            Accepts::requireDirectory,
            "A directory of clients' public keys, CLIENT.pem each, read again when it changes; empty: signatures are not"
                    + " looked at.");
    public static final Setting<Boolean> REQUIRE_SIGNATURE = Accepts.flag(
            "PORTAL_REQUIRE_SIGNATURE",
            false,
            "Whether requests without signature are refused; needs PORTAL_CLIENT_KEYS.");
    public static final Setting<Integer> SIGNATURE_MAX_SECONDS = Accepts.number(
            "PORTAL_SIGNATURE_MAX_SECONDS",
            3_600,
            1,
            86_400,
            "How long a signature may be good, from its iat to its exp.");
    public static final Setting<Optional<Path>> POLICIES = Accepts.path(
            "PORTAL_POLICIES",
            "a file that is there; or nothing",
            Accepts::requireFile,
            "A YAML file of what each client may ask for, read again when it changes; empty: all clients alike.");
    public static final Setting<String> REPLY_TOPICS = Accepts.text(
            "PORTAL_REPLY_TOPICS",
            "",
            "names of topics with commas between; or nothing",
            RequesterSettings::topicNames,
            "The topics beside KAFKA_RESPONSE_TOPIC that a client may ask its answer on; empty for none.");
    public static final Setting<Boolean> MODERN_READERS = Accepts.flag(
            "PORTAL_MODERN_READERS",
            false,
            "Whether every reader of KAFKA_RESPONSE_TOPIC knows binary frames and STATUS: answers there then come in what their"
                    + " clients accept. With false they come in what old clients read, too.");

    static final SettingsGroup GROUP = new SettingsGroup(
            "Client signatures, policies and reply topics",
            List.of(CLIENT_KEYS, REQUIRE_SIGNATURE, SIGNATURE_MAX_SECONDS, POLICIES, REPLY_TOPICS, MODERN_READERS));

    private RequesterSettings() {}

    private static String topicNames(String value) {
        if (!value.isEmpty()) {
            Arrays.stream(value.split(",", -1)).map(String::strip).forEach(Accepts::topicName);
        }
        return value;
    }
}
