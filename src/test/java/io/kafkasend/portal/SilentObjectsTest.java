package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.oauth.AccessToken;
import io.kafkasend.oauth.ClientAuthentication;
import io.kafkasend.oauth.ClientCredentials;
import io.kafkasend.oauth.ClientCredentialsTokens;
import io.kafkasend.oauth.ClientSecret;
import io.kafkasend.oauth.Rotated;
import io.kafkasend.portal.call.ApiClient;
import io.kafkasend.portal.call.Authorisation;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.receive.RequestPolicy;
import io.kafkasend.portal.settings.Configurations;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.Method;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import io.kafkasend.tls.TlsMaterial;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is logged by mistake says nothing: no object of ours that can reach a secret shows it as text. */
class SilentObjectsTest {
    private static final String SECRET = "canary-client-secret";
    private static final String TOKEN = "canary-access-token";
    private static final String HEADER = "canary-client-header";

    private static PortalConfiguration configuration() {
        return Configurations.with(Map.of(
                "use-oauth", "true",
                "oauth2-token-url", "https://auth.example/token",
                "oauth2-client-id", "portal",
                "oauth2-client-secret", SECRET));
    }

    /** A job in the middle of its call, and all that the call needs. */
    private static List<Object> roots() {
        PortalConfiguration configuration = configuration();
        Parts parts = new Parts(Map.of());
        Job job = parts.call(
                Start.of(Method.POST)
                        .chunks(1)
                        .headers(Map.of("Authorization", HEADER, "Cookie", HEADER))
                        .build(),
                0);
        AccessToken token = new AccessToken(TOKEN, Instant.MAX);
        Exchange exchange = parts.exchange(job);
        ApiCall call = new ApiCall(job.tally());
        call.renew(token);
        ClientCredentials credentials = new ClientCredentials(
                URI.create("https://auth.example/token"),
                "portal",
                new ClientAuthentication.SecretBasic(Rotated.fixed(new ClientSecret(SECRET))),
                Rotated.fixed(TlsMaterial.NONE),
                "",
                "",
                List.of());
        return List.of(
                configuration,
                configuration.settings(),
                new Authorisation(configuration),
                new ApiClient(configuration),
                new RequestPolicy(configuration),
                parts.jobs,
                parts.ledger,
                job,
                token,
                call,
                credentials,
                new ClientCredentialsTokens(credentials, Clock.systemUTC(), request -> null));
    }

    @Test
    void noObjectThatReachesASecretShowsIt() throws Exception {
        // Given
        Set<Object> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        AtomicReference<String> found = new AtomicReference<>("");

        // When
        for (Object root : roots()) {
            walk(root, reached, found);
        }

        // Then: the secrets were there, and only as themselves
        assertThat(found.get()).contains(SECRET, TOKEN, HEADER);
        List<Object> ours = reached.stream()
                .filter(object -> object.getClass().getName().startsWith("io.kafkasend."))
                .toList();
        assertThat(ours).hasSizeGreaterThan(25);
        assertThat(ours).allSatisfy(object -> assertThat(String.valueOf(object))
                .as(object.getClass().getName())
                .doesNotContain(SECRET, TOKEN, HEADER));
    }

    /** Through fields of our own classes, and through what collections, maps and arrays hold. */
    private static void walk(Object object, Set<Object> reached, AtomicReference<String> strings) throws Exception {
        if (object instanceof String text) {
            strings.updateAndGet(all -> all + text + "\n");
            return;
        }
        if (object == null || object.getClass().isEnum() || !reached.add(object)) {
            return;
        }
        for (Object part : parts(object)) {
            walk(part, reached, strings);
        }
    }

    private static List<Object> parts(Object object) throws Exception {
        List<Object> parts = new ArrayList<>();
        if (object instanceof Map<?, ?> map) {
            parts.addAll(map.keySet());
            parts.addAll(map.values());
        } else if (object instanceof Collection<?> collection) {
            parts.addAll(collection);
        } else if (object instanceof Object[] array) {
            for (int i = 0; i < array.length; i++) {
                parts.add(Array.get(array, i));
            }
        }
        for (Class<?> type = object.getClass();
                type != null && type.getName().startsWith("io.kafkasend.");
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    parts.add(field.get(object));
                }
            }
        }
        parts.removeIf(part -> part == null);
        return parts;
    }

    static List<Setting<?>> secrets() {
        return PortalSettings.all().stream().filter(Setting::secret).toList();
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void aSecretSettingIsMaskedAndNamedOnlyByItsVariable(Setting<?> setting) {
        // Given
        Map<String, String> environment = new HashMap<>(Map.of("PORTAL_TARGET_API_URL", "no url"));
        environment.put(setting.variable(), SECRET);

        // Then
        assertThat(setting.shown(SECRET)).doesNotContain(SECRET);
        try {
            PortalSettings.fromEnvironment(environment);
            throw new AssertionError("the URL was taken");
        } catch (SettingsException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                assertThat(String.valueOf(cause))
                        .contains("PORTAL_TARGET_API_URL")
                        .doesNotContain(SECRET);
            }
        }
    }

    @Test
    void everySettingThatSoundsSecretIsOne() {
        assertThat(PortalSettings.all())
                .filteredOn(setting ->
                        setting.variable().matches(".*(SECRET|PASSWORD|JAAS|_KEY(?!S)).*(?<!_FILE|_ID|_HEADERS)"))
                .allMatch(Setting::secret);
        assertThat(secrets()).isNotEmpty();
    }
}
