package io.kafkasend.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CatalogueTest {
    @Test
    void namesAreDifferentAndFitTheCommandLine() {
        assertThat(Catalogue.entries().stream().map(Catalogue.Entry::name))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z0-9-]+"));
    }

    @Test
    void aBarComesWithAnAimThatIsHarder() {
        assertThat(Catalogue.entries().stream().flatMap(scenario -> scenario.figures().stream()))
                .allSatisfy(figure -> assertThat(figure.bar() == null).isEqualTo(figure.aim() == null))
                .filteredOn(figure -> figure.bar() != null)
                .allMatch(figure -> figure.moreIsBetter() ? figure.aim() > figure.bar() : figure.aim() < figure.bar());
    }
}
