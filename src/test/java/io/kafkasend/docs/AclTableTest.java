package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.config.KafkaSettings;
import io.kafkasend.e2e.MinimalAcls;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AclBinding;
import org.junit.jupiter.api.Test;

/** The table of ACLs in docs/operate/kafka-security.md says what its commands set, which {@code AclIT} tests; all of it for the default names. */
class AclTableTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| (portal|client) \\| `(\\w+)` (topic|group) `([^`]+)` \\|", Pattern.MULTILINE);

    @Test
    void theTableIsThatOfTheCommands() throws IOException {
        // When
        List<String> rows = ROW.matcher(Files.readString(MinimalAcls.DOCUMENT))
                .results()
                .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3) + " " + row.group(4))
                .toList();

        // Then
        assertThat(rows)
                .hasSize(7)
                .containsExactlyElementsOf(
                        MinimalAcls.documented().stream().map(AclTableTest::row).toList());
    }

    @Test
    void theNamesAreTheDefaults() throws IOException {
        assertThat(MinimalAcls.documented())
                .extracting(acl -> acl.pattern().name())
                .containsOnly(
                        KafkaSettings.REQUEST_TOPIC.defaultValue(),
                        KafkaSettings.RESPONSE_TOPIC.defaultValue(),
                        KafkaSettings.DEAD_LETTER_TOPIC.defaultValue(),
                        KafkaSettings.CONSUMER_GROUP.defaultValue());
    }

    private static String row(AclBinding acl) {
        String operation = acl.entry().operation().name();
        return acl.entry().principal().substring("User:".length()) + " " + operation.charAt(0)
                + operation.substring(1).toLowerCase(Locale.ROOT) + " "
                + acl.pattern().resourceType().name().toLowerCase(Locale.ROOT) + " "
                + acl.pattern().name();
    }
}
