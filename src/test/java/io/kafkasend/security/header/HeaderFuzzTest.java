package io.kafkasend.security.header;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kafkasend.security.Corpus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever headers come, and however careless the operator, what passes is one harmless header in each line. */
class HeaderFuzzTest {
    /** Every prefix of one letter. */
    private static final String CARELESS =
            IntStream.rangeClosed('a', 'z').mapToObj(c -> (char) c + "*").collect(Collectors.joining(","));

    private static final Pattern NEVER = Pattern.compile(
            "authorization|proxy-.*|connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade"
                    + "|camel.*|org-apache-camel.*|kafka-.*");
    private static final Pattern NEVER_TO_THE_API = Pattern.compile(
            "cookie2?|set-cookie|host|forwarded|x-forwarded-.*|x-real-ip|via|x-http-method(?:-override)?|x-method-override"
                    + "|idempotency-key");
    private static final Pattern NEVER_BY_PREFIX = Pattern.compile("set-cookie2?|www-authenticate");

    private final HeaderPolicy request = new HeaderPolicy(CARELESS);
    private final ResponseHeaderPolicy response = new ResponseHeaderPolicy(CARELESS);

    static Stream<byte[]> corpus() {
        return Corpus.headers().stream()
                .map(header -> (header.name() + "\u0001" + header.value()).getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("corpus")
    @FuzzTest
    void whatPassesIsHarmless(byte[] input) {
        // Given: name, U+0001, value, U+0001, name, ...
        String[] texts = new String(input, StandardCharsets.UTF_8).split("\u0001", -1);
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < texts.length; i += 2) {
            headers.put(texts[i], i + 1 < texts.length ? texts[i + 1] : null);
        }

        // Then
        FilteredHeaders there = request.filter(headers);
        require(headers, there, "[ -~\t]{0,8192}");
        assertThat(there.headers().keySet()).noneMatch(name -> is(NEVER_TO_THE_API, name));
        FilteredHeaders back = response.filter(headers);
        require(headers, back, "[ -~\t\u0080-\u00ff]{0,131072}");
        assertThat(back.headers().keySet()).noneMatch(name -> is(NEVER_BY_PREFIX, name));
    }

    private static void require(Map<String, String> given, FilteredHeaders filtered, String value) {
        assertThat(filtered.headers().size() + filtered.dropped().size()).isEqualTo(given.size());
        assertThat(filtered.droppedForLog()).matches("[ -~]{0,512}");
        filtered.headers().forEach((name, passed) -> {
            assertThat(name).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
            assertThat(is(NEVER, name)).as(name).isFalse();
            assertThat(passed).matches(value).isEqualTo(given.get(name).replaceAll("^[ \t]+|[ \t]+$", ""));
        });
        assertThat(filtered.headers().keySet().stream().map(HeaderFuzzTest::folded))
                .doesNotHaveDuplicates();
    }

    private static boolean is(Pattern pattern, String name) {
        return pattern.matcher(folded(name)).matches();
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
    }
}
