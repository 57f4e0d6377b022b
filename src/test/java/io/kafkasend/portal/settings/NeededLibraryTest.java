package io.kafkasend.portal.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeededLibraryTest {
    private final NeededLibrary library = new NeededLibrary("g:a", Object.class, "/none", "version", 4, 1);

    @Test
    void thoseThatWeAreBuiltWithAreEnough() {
        assertThat(NeededLibrary.faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.1.0", "4.1.1-ccs", "4.4.0", "10.0.0", "5", "unknown", "vendor-build"})
    void soIsANewerOneAndOneWhoseNameSaysNothing(String version) {
        assertThat(library.fault(version, "a.jar")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.9.1", "4.0.0", "2.8.2", "3.9.0.redhat-00003", "4.0.0-ccs"})
    void anOlderOneIsNamedAndWhatIsNeeded(String version) {
        assertThat(library.fault(version, "a.jar")).hasValueSatisfying(fault -> assertThat(fault)
                .startsWith("g:a is " + version + " (a.jar), and KafkaSend needs 4.1 or newer: ")
                .doesNotContain("\n"));
    }
}
