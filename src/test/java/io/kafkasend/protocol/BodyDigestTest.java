package io.kafkasend.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BodyDigestTest {
    @Test
    void givesThePublishedCheckValues() {
        // Given
        BodyDigest digest = new BodyDigest(true);

        // When
        digest.update("123456789".getBytes(US_ASCII));

        // Then
        assertThat(digest.bytes()).isEqualTo(9);
        assertThat(digest.crc32()).isEqualTo(0xCBF43926L);
        assertThat(digest.sha256()).isEqualTo("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
    }

    @Test
    void anEmptyBodyHasADigestToo() {
        // Given
        BodyDigest digest = new BodyDigest(true);

        // Then
        assertThat(digest.bytes()).isZero();
        assertThat(digest.crc32()).isZero();
        assertThat(digest.sha256()).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void sha256IsLeftOutWhenNotAskedFor() {
        // Given
        BodyDigest digest = new BodyDigest(false);

        // When
        digest.update(new byte[] {1, 2, 3});

        // Then
        assertThat(digest.sha256()).isNull();
        assertThat(digest.bytes()).isEqualTo(3);
    }

    @Property
    void theDigestDoesNotDependOnHowTheBytesCome(@ForAll byte[] body, @ForAll @IntRange(min = 1, max = 50) int step)
            throws Exception {
        // Given
        BodyDigest digest = new BodyDigest(true);
        CRC32 crc = new CRC32();
        crc.update(body);

        // When
        for (int from = 0; from < body.length; from += step) {
            digest.update(body, from, Math.min(step, body.length - from));
        }

        // Then
        assertThat(digest.bytes()).isEqualTo(body.length);
        assertThat(digest.crc32()).isEqualTo(crc.getValue()).isBetween(0L, 0xFFFF_FFFFL);
        assertThat(digest.sha256())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(body)));
    }
}
