package io.kafkasend.security;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PrintablePropertyTest {
    @Property
    void isAlwaysPrintableAndShort(@ForAll String text, @ForAll @IntRange(min = 3, max = 50) int length) {
        assertThat(Printable.of(text, length)).matches("[ -~]*").hasSizeLessThanOrEqualTo(length);
    }
}
