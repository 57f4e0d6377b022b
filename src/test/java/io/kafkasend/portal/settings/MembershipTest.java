package io.kafkasend.portal.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static Properties camels() {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "group.id", "portals",
                "session.timeout.ms", "45000",
                "heartbeat.interval.ms", "3000",
                "partition.assignment.strategy", "a.b.C"));
        return properties;
    }

    @Test
    void isWhatTheRoutesSayUnlessToldOtherwise() {
        // Given
        Membership membership = new Membership("classic", "", Duration.ofMinutes(5));
        Properties properties = camels();

        // When
        membership.into(properties);

        // Then
        assertThat(properties).isEqualTo(camels());
        assertThat(membership.silence()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void mayHaveAName() {
        // Given
        Properties properties = camels();

        // When
        new Membership("classic", "portal-0", Duration.ofMinutes(5)).into(properties);

        // Then
        assertThat(properties).containsEntry("group.instance.id", "portal-0").containsKeys("session.timeout.ms");
    }

    @Test
    void leavesToTheBrokersWhatIsTheirs() {
        // Given
        Properties properties = camels();

        // When
        new Membership("consumer", "", Duration.ofMinutes(5)).into(properties);

        // Then: Kafka's client takes none of the others beside it
        assertThat(properties).containsOnly(Map.entry("group.id", "portals"), Map.entry("group.protocol", "consumer"));
    }

    @Test
    void isInDoubtAfterTheBrokersSessionWhereThatIsShorter() {
        assertThat(new Membership("consumer", "", Duration.ofMinutes(5)).silence())
                .isEqualTo(Duration.ofSeconds(45));
        assertThat(new Membership("consumer", "", Duration.ofSeconds(6)).silence())
                .isEqualTo(Duration.ofSeconds(6));
    }
}
