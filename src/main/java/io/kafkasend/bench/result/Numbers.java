package io.kafkasend.bench.result;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers for people. */
final class Numbers {
    private Numbers() {}

    /** To three significant digits, zeros at the end as well, without an exponent. */
    static String of(double value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(3));
        int digitsBefore = rounded.precision() - rounded.scale();
        return rounded.setScale(Math.max(0, 3 - digitsBefore)).toPlainString();
    }

    /** As it was written, such as 1.5 or 3. */
    static String asWritten(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    /** To two decimals, as ratios are. */
    static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** A ratio, and where it lies. */
    static String of(double ratio, Interval interval) {
        return ratio(ratio) + " (" + ratio(interval.low()) + ".." + ratio(interval.high()) + ")";
    }

    /** Median, least and most. */
    static String of(Spread spread) {
        return of(spread.median()) + " (" + of(spread.min()) + ".." + of(spread.max()) + ")";
    }
}
