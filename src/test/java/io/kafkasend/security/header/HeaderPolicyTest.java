package io.kafkasend.security.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkasend.security.Corpus;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderPolicyTest {
    /** Every name of the corpus, and every prefix of one letter: as careless as an operator can be. */
    private static final String CARELESS =
            Corpus.headers().stream().map(Corpus.Header::name).collect(Collectors.joining(","))
                    + IntStream.rangeClosed('a', 'z')
                            .mapToObj(c -> "," + (char) c + "*")
                            .collect(Collectors.joining());

    private final HeaderPolicy usual = new HeaderPolicy(HeaderPolicy.DEFAULT);
    private final HeaderPolicy careless = new HeaderPolicy(CARELESS);

    static List<Corpus.Header> mustDrop() {
        return Corpus.headers().stream().filter(Corpus.Header::mustDrop).toList();
    }

    static List<Corpus.Header> mayPassIfListed() {
        return Corpus.headers().stream().filter(header -> !header.mustDrop()).toList();
    }

    @ParameterizedTest
    @MethodSource("mustDrop")
    void dropsEveryForbiddenHeaderOfTheCorpusEvenIfListed(Corpus.Header header) {
        // When
        FilteredHeaders filtered = careless.filter(Collections.singletonMap(header.name(), header.value()));

        // Then
        assertThat(filtered.headers()).isEmpty();
        assertThat(filtered.dropped()).singleElement().asString().matches("[ -~]{0,64}");
    }

    static List<String> trusted() {
        return Corpus.trustedHeaders();
    }

    static List<String> own() {
        return Corpus.ownHeaders();
    }

    @ParameterizedTest
    @MethodSource("trusted")
    void whatServersTakeFromAProxyNeverPassesHoweverItIsSpelledOrAllowed(String name) {
        // Given
        String mirrored = name.indexOf('_') >= 0 ? name.replace('_', '-') : name.replace('-', '_');
        List<String> spellings = List.of(
                name,
                name.toUpperCase(Locale.ROOT),
                name.toLowerCase(Locale.ROOT),
                mirrored,
                name.replace('-', '.'),
                "X-" + name,
                "HTTP_" + mirrored);

        for (String spelling : spellings) {
            // When
            HeaderPolicy listed = new HeaderPolicy(spelling + "," + spelling.charAt(0) + "*,X-*");

            // Then
            assertThat(listed.filter(Map.of(spelling, "127.0.0.1")).headers()).isEmpty();
            assertThat(listed.uselessEntries()).containsExactly(spelling);
        }
    }

    @ParameterizedTest
    @MethodSource("own")
    void whatApisAskTheirClientsForPassesWhereItIsListed(String name) {
        // Given
        HeaderPolicy listed = new HeaderPolicy(name);
        HeaderPolicy wildcard = new HeaderPolicy("X-*");

        // Then
        assertThat(listed.filter(Map.of(name, "1")).headers()).containsOnlyKeys(name);
        assertThat(listed.uselessEntries()).isEmpty();
        assertThat(wildcard.filter(Map.of(name, "1")).headers().isEmpty()).isEqualTo(!name.startsWith("X-"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"CF-*", "X-Real-*", "Remote-*", "X-Forwarded*", "X-Client-IP*", "REMOTE_*", "Proxy*", "X-Envoy-*"
            })
    void aPrefixOfWhichNothingCanPassIsNamedAsUseless(String entry) {
        assertThat(new HeaderPolicy(entry).uselessEntries()).containsExactly(entry);
    }

    @ParameterizedTest
    @MethodSource("mayPassIfListed")
    void dropsTheRestOfTheCorpusUnlessListed(Corpus.Header header) {
        // Given
        Map<String, String> headers = Map.of(header.name(), header.value());
        boolean listed = List.of(HeaderPolicy.DEFAULT.toLowerCase(Locale.ROOT).split(","))
                .contains(header.name().toLowerCase(Locale.ROOT));
        boolean tooLong = header.value().length() > HeaderPolicy.MAX_VALUE_LENGTH;

        // Then
        assertThat(usual.filter(headers).headers().isEmpty()).isEqualTo(!listed || tooLong);
        assertThat(careless.filter(headers).headers().isEmpty()).isEqualTo(tooLong);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization",
                "AUTHORIZATION",
                "Proxy-Foo",
                "cookie",
                "host",
                "x-forwarded-anything",
                "X_Real_IP",
                "x.forwarded.for",
                "via",
                "TE",
                "HTTP2-Settings",
                "X-HTTP-Method",
                "X-Rewrite-URL",
                "X-Original-Host",
                "X-Accel-Redirect",
                "cAMELhttpURI",
                "ORG.APACHE.CAMEL.x",
                "KAFKA.topic",
                "idempotency_key",
                "org-apache_camel-x",
                "kafka_TOPIC"
            })
    void forbiddenNamesAreForbiddenInAnyCaseAndPunctuation(String name) {
        // Given
        HeaderPolicy policy = new HeaderPolicy(name);

        // Then
        assertThat(policy.filter(Map.of(name, "x")).headers()).isEmpty();
        assertThat(policy.uselessEntries()).containsExactly(name);
    }

    @Test
    void passesListedNamesInAnyCaseAndKeepsOrderAndSpelling() {
        // Given
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-request-id", " 7\t");
        headers.put("Evil\r\nName", "1");
        headers.put("ACCEPT", "a\tb");
        headers.put("content-type", "");

        // When
        FilteredHeaders filtered = usual.filter(headers);

        // Then
        assertThat(filtered.headers())
                .containsExactly(
                        Map.entry("x-request-id", "7"), Map.entry("ACCEPT", "a\tb"), Map.entry("content-type", ""));
        assertThat(filtered.headers().get("X-Request-Id")).isEqualTo("7");
        assertThat(filtered.headers().containsKey("Content-Type")).isTrue();
        assertThat(filtered.headers().containsKey("Content-Length")).isFalse();
        assertThat(filtered.headers().get(1)).isNull();
        assertThat(filtered.headers().containsKey(null)).isFalse();
        assertThat(filtered.dropped()).containsExactly("Evil\\r\\nName");
    }

    @Test
    void theVettedMapCannotBeChanged() {
        // Given
        Map<String, String> vetted = usual.filter(Map.of("Accept", "x")).headers();

        // Then
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> vetted.put("Host", "x"));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(vetted::clear);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> vetted.entrySet().iterator().next().setValue("y"));
    }

    @Test
    void dropsBothOfTwoHeadersWhoseNamesDifferOnlyInCaseOrPunctuation() {
        // Given
        HeaderPolicy policy = new HeaderPolicy("X-App-*,X_App_*,Accept");
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-App-One", "1");
        headers.put("x-app-one", "2\n");
        headers.put("X-App-Two", "3");
        headers.put("X_App_Two", "4");
        headers.put("X-App-Three", "5");

        // When
        FilteredHeaders filtered = policy.filter(headers);

        // Then
        assertThat(filtered.headers()).containsExactly(Map.entry("X-App-Three", "5"));
        assertThat(filtered.dropped()).containsExactly("X-App-One", "x-app-one", "X-App-Two", "X_App_Two");
    }

    @Test
    void aTwinThatIsNotAllowedHarmsNobody() {
        // When
        FilteredHeaders filtered = usual.filter(Map.of("X-Request-ID", "1", "X_Request_ID", "2"));

        // Then
        assertThat(filtered.headers()).containsExactly(Map.entry("X-Request-ID", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\u0000b", "a\u007fb", "a\u0085b", "é", "\u010d\u010a", "\u001b[0m"})
    void dropsValuesWithControlCharactersOrOutsideAscii(String value) {
        assertThat(usual.filter(Map.of("Accept", value)).headers()).isEmpty();
    }

    @Test
    void dropsValuesOverTheGreatestLength() {
        // Given
        String longest = "a".repeat(HeaderPolicy.MAX_VALUE_LENGTH);

        // Then
        assertThat(usual.filter(Map.of("Accept", longest)).headers()).hasSize(1);
        assertThat(usual.filter(Map.of("Accept", longest + "a")).headers()).isEmpty();
    }

    @Test
    void takesNullsForNothing() {
        // Given
        Map<String, String> nulls = new HashMap<>();
        nulls.put(null, "x");
        nulls.put("Accept", null);

        // Then
        assertThat(usual.filter(nulls).headers()).isEmpty();
        assertThat(usual.filter(nulls).dropped()).containsExactlyInAnyOrder("null", "Accept");
        assertThat(usual.filter(null).headers()).isEmpty();
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {" , ", "*", "X-*-Id", "é", "X Y"})
    void aListWithNoUsableEntryPassesNothing(String allowList) {
        assertThat(new HeaderPolicy(allowList)
                        .filter(Map.of("Accept", "x", "X-A-Id", "y"))
                        .headers())
                .isEmpty();
    }

    @Test
    void namesTheEntriesThatCanNeverTakeEffect() {
        // Given
        HeaderPolicy policy = new HeaderPolicy("Accept, Host,Camel*,X-Forwarded-*,*,X Y,a\nb,X-*,é");

        // Then
        assertThat(policy.uselessEntries())
                .containsExactly("Host", "Camel*", "X-Forwarded-*", "*", "X Y", "a\\nb", "\\u00e9");
        assertThat(usual.uselessEntries()).isEmpty();
    }

    @Test
    void lowersCaseTheSameWayInTurkey() {
        // Given
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            // Then
            assertThat(new HeaderPolicy("X-REQUEST-ID")
                            .filter(Map.of("x-request-id", "1"))
                            .headers())
                    .hasSize(1);
            assertThat(new HeaderPolicy("via").uselessEntries()).hasSize(1);
            assertThat(new HeaderPolicy("VIA").uselessEntries()).hasSize(1);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void theLogLineOfDroppedNamesIsShort() {
        // Given
        Map<String, String> many = new LinkedHashMap<>();
        IntStream.range(0, 1000).forEach(i -> many.put("X-Evil-" + i, "x"));

        // Then
        assertThat(usual.filter(many).droppedForLog())
                .hasSize(FilteredHeaders.MAX_LOG_LENGTH)
                .endsWith("...");
        assertThat(usual.filter(Map.of("Host", "x")).droppedForLog()).isEqualTo("Host");
        assertThat(usual.filter(Map.of()).droppedForLog()).isEmpty();
    }
}
