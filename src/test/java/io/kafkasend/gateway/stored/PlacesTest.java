package io.kafkasend.gateway.stored;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
    private static final String PLACE = "0123456789abcdef0123456789abcdef";
    private static final String OTHER = "ffffffffffffffffffffffffffffffff";

    private final Places places = new Places(1L << 20);

    @Test
    void theFirstHoldsThePlace() {
        // When
        places.offered(PLACE, -1, 3);
        places.offered(PLACE, -1, 4);
        places.offered(OTHER, -1, 5);

        // Then
        assertThat(places.holder(PLACE)).hasValue(3);
        assertThat(places.holder(OTHER)).hasValue(5);
    }

    @Test
    void onlyOneFollowsTheOneThatHoldsIt() {
        // Given
        places.offered(PLACE, -1, 3);

        // When
        places.offered(PLACE, 2, 4);
        places.offered(PLACE, 3, 5);
        places.offered(PLACE, 3, 6);

        // Then
        assertThat(places.holder(PLACE)).hasValue(5);
    }

    @Test
    void whatIsGoneFromTheTopicHoldsNothing() {
        // Given
        places.offered(PLACE, -1, 3);

        // When
        places.gone(4);

        // Then
        assertThat(places.holder(PLACE)).isEmpty();
        places.offered(PLACE, 3, 9);
        assertThat(places.holder(PLACE)).hasValue(9);
    }

    @Test
    void aQuarterOfTheHeapIsTheMost() {
        // Given
        Places few = new Places(4 * 160);

        // When
        few.offered(PLACE, -1, 0);

        // Then
        assertThat(few.isFull()).isTrue();
        assertThat(places.isFull()).isFalse();
    }
}
