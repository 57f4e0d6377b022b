package io.kafkasend.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MethodTest {
    @Test
    void namesAreFoundAsTheyAreSpelt() {
        for (Method method : Method.values()) {
            assertThat(Method.named(method.name())).contains(method);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "", "POST ", "CONNECT", "TRACE", "QUERY"})
    void anythingElseIsNoMethod(String name) {
        assertThat(Method.named(name)).isEmpty();
    }

    @Test
    void onlyHeadAndOptionsMayHaveNoBody() {
        assertThat(Arrays.stream(Method.values()).filter(method -> !method.mayHaveBody()))
                .containsExactly(Method.HEAD, Method.OPTIONS);
    }

    @Test
    void onlyPostAndPatchAreNotIdempotent() {
        assertThat(Arrays.stream(Method.values()).filter(method -> !method.idempotent()))
                .containsExactlyInAnyOrder(Method.POST, Method.PATCH);
    }
}
