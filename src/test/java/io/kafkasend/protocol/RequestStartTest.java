package io.kafkasend.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RequestStartTest {
    private static final Object[] ONE = {
        new JobId("550e8400-e29b-41d4-a716-446655440000"),
        1,
        Method.POST,
        "/a",
        Map.of("A", "b"),
        "f",
        "a/b",
        1L,
        2L,
        "c",
        3,
        1_800_000_000L,
        5,
        new Transfer(ContentEncoding.GZIP, true, true, Set.of()),
        "d",
        "e",
        "0a",
        new Form("a", Map.of("b", List.of("c"))),
        new TraceContext("1".repeat(32), "2".repeat(16), true),
        "signature"
    };
    private static final Object[] OTHER = {
        new JobId("6fa459ea-ee8a-4ca4-894e-db77e160355e"),
        2,
        Method.PUT,
        "/b",
        Map.of("A", "c"),
        "g",
        "a/c",
        2L,
        3L,
        "d",
        4,
        1_800_000_001L,
        6,
        new Transfer(ContentEncoding.ZSTD, true, true, Set.of()),
        "e",
        "f",
        "0b",
        new Form("b", Map.of("b", List.of("c"))),
        new TraceContext("1".repeat(32), "2".repeat(16), false),
        "other signature"
    };

    private static RequestStart start(Object[] values) throws Exception {
        Class<?>[] types = Arrays.stream(RequestStart.class.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        return RequestStart.class.getDeclaredConstructor(types).newInstance(values);
    }

    /** A field that is added later is covered, or this fails. */
    @Test
    void everyFieldButTheSignatureIsCompared() throws Exception {
        // Given
        RecordComponent[] fields = RequestStart.class.getRecordComponents();
        List<String> found = new ArrayList<>();

        // When
        for (int i = 0; i < fields.length; i++) {
            Object[] changed = ONE.clone();
            changed[i] = OTHER[i];
            start(ONE).differsIn(start(changed)).ifPresent(found::add);
        }

        // Then
        assertThat(found)
                .containsExactlyElementsOf(Arrays.stream(fields)
                        .map(field ->
                                field.getName().replaceAll("([A-Z])", "_$1").toLowerCase())
                        .filter(name -> !name.equals("signature"))
                        .map(name -> name.replace("transfer", "content_encoding")) // the first of its three
                        .map(name -> name.equals("form") ? "form_field" : name) // the first of its two
                        .toList());
    }

    @Test
    void howChunksTravelIsComparedFieldByField() throws Exception {
        // Given
        List<Transfer> others = List.of(
                new Transfer(null, true, true, Set.of()),
                new Transfer(ContentEncoding.GZIP, false, true, Set.of()),
                new Transfer(ContentEncoding.GZIP, true, false, Set.of()),
                new Transfer(ContentEncoding.GZIP, true, true, Set.of(ContentEncoding.ZSTD)),
                new Transfer(ContentEncoding.GZIP, true, true, Set.of(), true),
                new Transfer(ContentEncoding.GZIP, true, true, Set.of(), false, true),
                new Transfer(ContentEncoding.GZIP, true, true, Set.of(), false, false, true));
        List<String> found = new ArrayList<>();

        // When
        for (Transfer other : others) {
            Object[] changed = ONE.clone();
            changed[13] = other;
            start(ONE).differsIn(start(changed)).ifPresent(found::add);
        }

        // Then
        assertThat(found)
                .containsExactly("content_encoding", "binary_frames", "accept", "accept", "accept", "accept", "accept");
    }

    @Test
    void theTextsOfAFormAreComparedByNameAndInTheirOrder() throws Exception {
        // Given
        Object[] changed = ONE.clone();
        changed[17] = new Form("a", Map.of("b", List.of("c", "d")));
        Object[] turned = ONE.clone();
        turned[17] = new Form("a", Map.of("b", List.of("d", "c")));

        // Then
        assertThat(start(ONE).differsIn(start(changed))).contains("form_fields");
        assertThat(start(turned).differsIn(start(changed))).contains("form_fields");
    }

    @Test
    void theOrderOfHeadersDoesNotMatter() throws Exception {
        // Given
        Object[] one = ONE.clone();
        Object[] other = ONE.clone();
        one[4] = new LinkedHashMap<>(Map.of("A", "b"));
        other[4] = new TreeMap<>(Map.of("A", "b"));

        // Then
        assertThat(start(one).differsIn(start(other))).isEmpty();
    }
}
