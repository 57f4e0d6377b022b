package io.kafkasend.cli.send;

import io.kafkasend.client.ClientException;
import io.kafkasend.config.TracingSettings;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.TraceContext;
import io.kafkasend.setting.Setting;
import java.util.Map;
import java.util.Optional;

/** The first step of a trace: a command that sends, from its begin to its outcome. Used once, by one thread. */
interface CommandTrace extends AutoCloseable {
    /** None: nothing is told, exported or printed. */
    CommandTrace NONE = Optional::empty;

    /** Where in the trace the request stands; empty for in none. */
    Optional<TraceContext> context();

    /** The job is answered, or handed over where nobody waits. */
    default void sent(JobId job) {}

    /** There is no answer. */
    default void failed(ClientException failure) {}

    /** Exports it, if there is a collector and it is quick; whatever comes of that is no matter of the request's. */
    @Override
    default void close() {}

    /**
     * Begins it: in the trace that is asked for, in that of {@code TRACEPARENT}, or in a new one.
     *
     * @param asked a {@code traceparent}; empty for what the environment says
     * @param topic where the request goes
     * @throws IllegalArgumentException for a {@code traceparent} that is none, and for settings of the export that are no good
     */
    static CommandTrace begin(String asked, Map<String, String> environment, String topic) {
        Optional<TraceContext> parent = asked.isEmpty()
                ? TraceContext.parse(environment.get("TRACEPARENT"))
                : Optional.of(TraceContext.of(asked));
        TracingSettings.Values settings = new Settings(environment);
        if (TracingSettings.target(settings).isPresent()) {
            return ExportedTrace.begin(settings, parent, service(environment), topic);
        }
        Optional<TraceContext> own = Optional.of(parent.map(TraceContext::next).orElseGet(TraceContext::begin));
        return () -> own;
    }

    private static String service(Map<String, String> environment) {
        String name = environment.getOrDefault(TracingSettings.SERVICE_NAME.variable(), "");
        return name.isBlank() ? "kafkasend" : name.strip();
    }

    /**
     * The settings of the export alone; a command needs none of the portal's others.
     *
     * @param environment the environment variables
     */
    record Settings(Map<String, String> environment) implements TracingSettings.Values {
        @Override
        public <T> T get(Setting<T> setting) {
            String value = environment.getOrDefault(setting.variable(), "");
            return setting.parse(value.isBlank() ? setting.defaultValue() : value);
        }
    }
}
