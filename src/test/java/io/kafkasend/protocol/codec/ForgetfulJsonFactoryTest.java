package io.kafkasend.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForgetfulJsonFactoryTest {
    private static RequestStart start(int number) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < 120; i++) {
            headers.put("x-" + number + "-" + i, "v");
        }
        return RequestStart.builder(JobId.random(), 1, Method.POST, "/a")
                .headers(headers)
                .build();
    }

    @Test
    void namesThatPeersChooseAreNotKept() throws Exception {
        // Given
        MessageReader reader = new MessageReader();
        MessageWriter writer = new MessageWriter();

        for (int i = 0; i < 100; i++) {
            // When
            RequestStart start = start(i);
            RequestMessage read = reader.readRequest(writer.write(start));

            // Then
            assertThat(read).isEqualTo(start);
            assertThat(StrictJson.namesKept()).isLessThan(ForgetfulJsonFactory.MOST_NAMES + 160);
        }
    }
}
