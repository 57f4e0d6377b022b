package io.kafkasend.portal.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.portal.requester.KnownClients;
import io.kafkasend.security.client.ClientPolicies;
import io.kafkasend.security.client.ClientPolicy;
import io.kafkasend.setting.Setting;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Settings and policies in force as JSON: secrets are masked as the log masks them. Thread-safe. */
final class SettingsPage {
    private final PortalSettings settings;
    private final KnownClients clients;

    SettingsPage(PortalSettings settings, KnownClients clients) {
        this.settings = settings;
        this.clients = clients;
    }

    byte[] json() {
        Map<String, String> shown = settings.shown();
        Set<String> changed = settings.changed().keySet();
        ClientPolicies policies = clients.policiesNow();
        return ConsoleJson.object(json -> {
            json.writeArrayFieldStart("settings");
            for (Setting<?> setting : PortalSettings.all()) {
                String value = shown.get(setting.variable());
                json.writeStartObject();
                json.writeStringField("name", setting.variable());
                json.writeStringField("value", value);
                json.writeBooleanField("default", !changed.contains(setting.variable()));
                json.writeStringField("text", setting.text());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeBooleanField("signatures", clients.known());
            json.writeArrayFieldStart("policies");
            for (Map.Entry<String, ClientPolicy> client : new TreeMap<>(policies.clients()).entrySet()) {
                write(json, client.getKey(), client.getValue());
            }
            write(json, "default", policies.otherwise());
            write(json, "anonymous", policies.anonymous());
            json.writeEndArray();
        });
    }

    private void write(JsonGenerator json, String name, ClientPolicy policy) throws IOException {
        json.writeStartObject();
        json.writeStringField("client", name);
        json.writeBooleanField("key", clients.keys().containsKey(name));
        json.writeBooleanField("allowed", policy != null);
        if (policy != null) {
            list(json, "methods", policy.methods() == null ? null : new TreeSet<>(policy.methods()));
            list(
                    json,
                    "endpoints",
                    policy.endpoints() == null ? null : policy.endpoints().patterns());
            list(
                    json,
                    "headers",
                    policy.headers() == null ? null : policy.headers().entries());
            list(json, "reply_topics", policy.replyTopics() == null ? null : new TreeSet<>(policy.replyTopics()));
            number(json, "requests_per_minute", policy.requestsPerMinute());
            number(json, "bytes_per_minute", policy.bytesPerMinute());
            number(json, "open_jobs", policy.openJobs());
            number(json, "running_jobs", policy.runningJobs());
            number(json, "bytes_held", policy.bytesHeld());
        }
        json.writeEndObject();
    }

    /** What is not narrowed is left out. */
    private static void list(JsonGenerator json, String name, Collection<String> values) throws IOException {
        if (values != null) {
            json.writeArrayFieldStart(name);
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
    }

    private static void number(JsonGenerator json, String name, Long value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value);
        }
    }
}
