package io.kafkasend.security.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathGlobTest {
    @ParameterizedTest
    @CsvSource({
        "/a, /a, true",
        "/a, /b, false",
        "/a/*, /a/b, true",
        "/a/*, /*/b, true",
        "/a*c, /ab*, true",
        "/a*c, /b*, false",
        "/a*c, *d, false",
        "/a, /a*, true",
        "/*a*b*, /b*a, true",
        "/a/*/c, /a/b, false",
        "*, *, true"
    })
    void tellsWhetherTwoPatternsHaveATextInCommon(String one, String other, boolean overlap) {
        assertThat(PathGlob.of(one).overlaps(PathGlob.of(other))).isEqualTo(overlap);
        assertThat(PathGlob.of(other).overlaps(PathGlob.of(one))).isEqualTo(overlap);
    }

    @Property
    void whateverBothMatchIsInCommon(
            @ForAll @StringLength(max = 6) @Chars({'a', 'b', '*'}) String one,
            @ForAll @StringLength(max = 6) @Chars({'a', 'b', '*'}) String other,
            @ForAll @StringLength(max = 6) @Chars({'a', 'b'}) String text) {
        PathGlob first = PathGlob.of(one);
        PathGlob second = PathGlob.of(other);
        if (first.matches(text) && second.matches(text)) {
            assertThat(first.overlaps(second)).isTrue();
        }
    }
}
