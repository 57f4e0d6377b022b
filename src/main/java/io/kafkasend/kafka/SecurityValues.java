package io.kafkasend.kafka;

import io.kafkasend.setting.Setting;
import io.kafkasend.tls.PemException;
import io.kafkasend.tls.TlsMaterial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of {@link KafkaSecurity} as they have been read, each for itself. Immutable.
 *
 * @param values the value of each setting
 */
record SecurityValues(Map<Setting<?>, Object> values) {
    String text(Setting<String> setting) {
        return (String) values.get(setting);
    }

    boolean has(Setting<String> setting) {
        return !text(setting).isEmpty();
    }

    Path path(Setting<String> setting) {
        return Path.of(text(setting));
    }

    /** The client certificate with its key. */
    TlsMaterial identity() throws PemException {
        return TlsMaterial.read(
                Optional.empty(),
                Optional.of(path(KafkaSecurity.CERTIFICATE_FILE)),
                Optional.of(path(KafkaSecurity.KEY_FILE)),
                text(KafkaSecurity.KEY_PASSWORD));
    }

    /** The value, or what the file holds, without the line's end that editors leave there. */
    String secret(Setting<String> value, Setting<String> file) {
        return has(file) ? contents(text(file)).replaceFirst("[\\r\\n]+$", "") : text(value);
    }

    boolean usesSasl() {
        return text(KafkaSecurity.PROTOCOL).startsWith("SASL_");
    }

    boolean usesTls() {
        return text(KafkaSecurity.PROTOCOL).endsWith("SSL");
    }

    /** What a file holds. */
    static String contents(String path) {
        try {
            return Files.readString(Path.of(path), StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("cannot read " + path, e);
        }
    }
}
