package io.kafkasend.portal.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.body.ChunkStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BodyEntityTest {
    private static byte[] written(BodyEntity entity) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entity.writeTo(out);
        assertThat(entity.getContentLength()).isEqualTo(out.size());
        assertThat(entity.getContent().readAllBytes()).isEqualTo(out.toByteArray());
        return out.toByteArray();
    }

    private static String boundary(BodyEntity entity) {
        assertThat(entity.getContentType()).matches("multipart/form-data; boundary=kafkasend-[0-9a-f-]{36}");
        return entity.getContentType().substring("multipart/form-data; boundary=".length());
    }

    @Property(tries = 200)
    void writesTheChunksAsTheyAre(@ForAll @Size(max = 5) List<@Size(max = 20) byte[]> chunks) throws IOException {
        // Given
        BodyEntity entity = BodyEntity.raw("application/x-thing", Parts.body(chunks.toArray(byte[][]::new)));
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        chunks.forEach(expected::writeBytes);

        // Then: more than once
        assertThat(written(entity)).isEqualTo(expected.toByteArray());
        assertThat(written(entity)).isEqualTo(expected.toByteArray());
        assertThat(entity.getContentType()).isEqualTo("application/x-thing");
    }

    @Test
    void isAFormWithOneFile() throws IOException {
        // Given
        ChunkStore chunks = Parts.body("first\r\n".getBytes(UTF_8), "--second".getBytes(UTF_8));

        // When
        BodyEntity entity = BodyEntity.multipart(Map.of(), "file", "a b.pdf", "application/pdf", chunks);

        // Then
        String boundary = boundary(entity);
        assertThat(written(entity))
                .isEqualTo(("--" + boundary + "\r\n"
                                + "Content-Disposition: form-data; name=\"file\"; filename=\"a b.pdf\"\r\n"
                                + "Content-Type: application/pdf\r\n"
                                + "\r\n"
                                + "first\r\n--second"
                                + "\r\n--" + boundary + "--\r\n")
                        .getBytes(UTF_8));
    }

    @Test
    void theTextFieldsStandBeforeTheFile() throws IOException {
        // Given
        Map<String, List<String>> texts = new LinkedHashMap<>();
        texts.put("key", List.of("reports/\u00e4.pdf"));
        texts.put("tag", List.of("a", ""));

        // When
        BodyEntity entity =
                BodyEntity.multipart(texts, "document", "a.pdf", "application/pdf", Parts.body("body".getBytes(UTF_8)));

        // Then
        String next = "--" + boundary(entity) + "\r\nContent-Disposition: form-data; name=";
        assertThat(new String(written(entity), UTF_8))
                .isEqualTo(next + "\"key\"\r\n\r\nreports/\u00e4.pdf\r\n"
                        + next + "\"tag\"\r\n\r\na\r\n"
                        + next + "\"tag\"\r\n\r\n\r\n"
                        + next + "\"document\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\nbody\r\n--"
                        + boundary(entity) + "--\r\n");
    }

    @Test
    void aFieldsNameGoesAsBrowsersSendIt() throws IOException {
        // When
        BodyEntity entity = BodyEntity.multipart(
                Map.of("a\r\nb\nc\rd\"e%\u00e4", List.of("\r\n")), "f\"\n", "a", "text/plain", Parts.body());

        // Then
        assertThat(new String(written(entity), UTF_8))
                .contains("name=\"a%0D%0Ab%0D%0Ac%0D%0Ad%22e%\u00e4\"\r\n\r\n\r\n\r\n--")
                .contains("name=\"f%22%0D%0A\"; filename=\"a\"");
    }

    @Test
    void aQuoteCannotEndTheFileName() throws IOException {
        // When
        BodyEntity entity = BodyEntity.multipart(Map.of(), "file", "a\"; name=\"b", "text/plain", Parts.body());

        // Then
        assertThat(new String(written(entity), UTF_8)).contains("filename=\"a%22; name=%22b\"\r\n");
    }

    @Test
    void theFileNameGoesInUtf8() throws IOException {
        // When
        BodyEntity entity =
                BodyEntity.multipart(Map.of(), "file", "\uD83D\uDCC4 \u00E4.txt", "text/plain", Parts.body());

        // Then
        assertThat(new String(written(entity), UTF_8)).contains("filename=\"\uD83D\uDCC4 \u00E4.txt\"\r\n");
    }

    @Test
    void anEmptyFileIsAnEmptyPart() throws IOException {
        // When
        BodyEntity entity = BodyEntity.multipart(Map.of(), "file", "empty", "text/plain", Parts.body());

        // Then
        assertThat(new String(written(entity), UTF_8))
                .endsWith("text/plain\r\n\r\n\r\n--" + boundary(entity) + "--\r\n");
    }

    @Test
    void eachFormHasABoundaryOfItsOwn() {
        assertThat(boundary(BodyEntity.multipart(Map.of(), "file", "a", "text/plain", Parts.body())))
                .isNotEqualTo(boundary(BodyEntity.multipart(Map.of(), "file", "a", "text/plain", Parts.body())));
    }

    @Test
    void canBeSentAgain() throws IOException {
        // Given
        BodyEntity entity = BodyEntity.raw(null, Parts.body(new byte[3]));

        // Then
        assertThat(entity.isRepeatable()).isTrue();
        assertThat(entity.isStreaming()).isFalse();
        assertThat(entity.isChunked()).isFalse();
        assertThat(entity.getContentType()).isNull();
        entity.close();
        assertThat(written(entity)).hasSize(3);
    }
}
