package io.kafkasend.cli.option;

import io.kafkasend.cli.console.Console;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options' defaults from environment variables. Immutable. */
public final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final Map<String, String> VARIABLES = Map.of(
            "--bootstrap-servers", "KAFKA_BOOTSTRAP_SERVERS",
            "--request-topic", "KAFKA_REQUEST_TOPIC",
            "--response-topic", "KAFKA_RESPONSE_TOPIC",
            "--kafka-config", "KAFKA_CLIENT_CONFIG",
            "--signing-key", "CLIENT_SIGNING_KEY",
            "--client-id", "CLIENT_ID",
            "--reply-to", "CLIENT_REPLY_TO",
            "--modern-portals", "CLIENT_MODERN_PORTALS",
            "--secret-headers", "CLIENT_SECRET_HEADERS",
            "--group", "KAFKA_CONSUMER_GROUP");
    private final Console surroundings;

    public EnvironmentDefaults(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Every variable that stands for an option. */
    public static Set<String> variables() {
        return Set.copyOf(VARIABLES.values());
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (argument.command().name().equals("keygen")) {
            return null; // it must be told whose keys to make
        }
        if (argument instanceof OptionSpec option && VARIABLES.containsKey(option.longestName())) {
            String value = surroundings.variable(VARIABLES.get(option.longestName()));
            return value == null ? null : value.replace("${", "$${"); // picocli would put variables in
        }
        return null; // the option's own default
    }
}
