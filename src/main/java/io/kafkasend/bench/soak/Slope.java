package io.kafkasend.bench.soak;

import java.util.List;

/**
 * The line that fits points best (least squares), with how sure its slope is.
 *
 * @param perHour the slope
 * @param margin the slope is so much more or less, with 95 % confidence, if what the points are off the line by is independent
 *     of one another; infinite for two points
 */
record Slope(double perHour, double margin) {
    private static final double Z = 1.959964; // of the normal distribution, for 95 % on both sides
    private static final double SECONDS = 3_600;

    /**
     * A point.
     *
     * @param seconds when
     * @param value how much
     */
    record Point(double seconds, double value) {}

    /**
     * Of these points.
     *
     * @throws IllegalArgumentException for fewer than two times
     */
    static Slope of(List<Point> points) {
        double meanTime = points.stream().mapToDouble(Point::seconds).average().orElse(0);
        double meanValue = points.stream().mapToDouble(Point::value).average().orElse(0);
        double times = 0;
        double both = 0;
        for (Point point : points) {
            times += square(point.seconds() - meanTime);
            both += (point.seconds() - meanTime) * (point.value() - meanValue);
        }
        if (times == 0) {
            throw new IllegalArgumentException("a slope takes two times, and got " + points.size() + " points");
        }
        double slope = both / times;
        double rest = 0;
        for (Point point : points) {
            rest += square(point.value() - meanValue - slope * (point.seconds() - meanTime));
        }
        int freedom = points.size() - 2;
        double margin = freedom == 0 ? Double.POSITIVE_INFINITY : student(freedom) * Math.sqrt(rest / freedom / times);
        return new Slope(slope * SECONDS, margin * SECONDS);
    }

    /** Whether it rises, as far as can be said. */
    boolean rises() {
        return perHour - margin > 0;
    }

    /** Student's t for 95 %, by the first terms of its expansion in 1/freedom (Abramowitz and Stegun, 26.7.5). */
    private static double student(int freedom) {
        double z3 = Z * Z * Z;
        double z5 = z3 * Z * Z;
        return Z
                + (z3 + Z) / (4.0 * freedom)
                + (5 * z5 + 16 * z3 + 3 * Z) / (96.0 * freedom * freedom)
                + (3 * z5 * Z * Z + 19 * z5 + 17 * z3 - 15 * Z) / (384.0 * freedom * freedom * freedom);
    }

    private static double square(double value) {
        return value * value;
    }
}
