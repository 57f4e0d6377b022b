package io.kafkasend.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeasurementTest {
    @Test
    void theRatioIsOneMedianByTheOther() {
        // Given
        List<Round> rounds = List.of(new Round(3, 2), new Round(30, 1), new Round(2, 4));

        // When
        Measurement measurement = Measurement.of(Figure.less("end", "end", "s", 1.5, 1.2), rounds);

        // Then
        assertThat(measurement.ratio()).isEqualTo(1.5);
        assertThat(measurement.met()).isTrue();
        assertThat(measurement.scenario()).isEqualTo(new Spread(3, 2, 30));
        assertThat(measurement.baseline()).isEqualTo(new Spread(2, 1, 4));
    }

    @Test
    void whereLessIsBetterTheBarIsTheMost() {
        assertThat(measured(Figure.less("a", "a", "s", 1.5, 1.2), 1.51)).isFalse();
        assertThat(measured(Figure.less("a", "a", "s", 1.5, 1.2), 1.49)).isTrue();
    }

    @Test
    void whereMoreIsBetterTheBarIsTheLeast() {
        assertThat(measured(Figure.more("a", "a", "1/s", 1.8, 2), 1.79)).isFalse();
        assertThat(measured(Figure.more("a", "a", "1/s", 1.8, 2), 1.81)).isTrue();
    }

    @Test
    void withoutABarNothingIsMetOrMissed() {
        assertThat(measured(Figure.less("a", "a", "s"), 9)).isNull();
    }

    private static Boolean measured(Figure figure, double ratio) {
        return Measurement.of(figure, List.of(new Round(ratio, 1))).met();
    }
}
