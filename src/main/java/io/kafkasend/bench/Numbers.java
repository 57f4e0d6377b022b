package io.kafkasend.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers for people. */
final class Numbers {
    private Numbers() {}

    /** To three significant digits, without an exponent. */
    static String of(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(3));
        return (rounded.scale() < 0 ? rounded.setScale(0) : rounded).toPlainString();
    }

    /** To two decimals, as ratios are. */
    static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** Median, least and most. */
    static String of(Spread spread) {
        return of(spread.median()) + " (" + of(spread.min()) + ".." + of(spread.max()) + ")";
    }
}
