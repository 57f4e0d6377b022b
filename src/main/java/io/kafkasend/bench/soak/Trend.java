package io.kafkasend.bench.soak;

import java.util.List;

/**
 * How something has developed after the first third of a run, in which pools fill and code is compiled.
 *
 * @param part whose it is, such as portal-soak-1
 * @param quantity what it is
 * @param points how often it was looked at in that time
 * @param first the mean of the first quarter of these
 * @param last the mean of the last quarter
 * @param most the most in the whole run
 * @param perHour the slope; null for fewer than {@value #ENOUGH} points
 * @param margin the slope is so much more or less, with 95 % confidence; null likewise
 * @param bound what it must not be above; null for none
 * @param verdict what that says
 */
public record Trend(
        String part,
        Quantity quantity,
        int points,
        double first,
        double last,
        double most,
        Double perHour,
        Double margin,
        Double bound,
        Judgement verdict) {
    static final int ENOUGH = 12;
    private static final double NOISE_PERCENT = 10;

    /** What can be said. */
    public enum Judgement {
        /** It does not grow. */
        STEADY("steady"),
        /** It is under its bound. */
        BOUNDED("under its bound"),
        /** It grows, surely and by more than chance explains. */
        GROWS("GROWS"),
        /** It is above its bound. */
        OVER("OVER ITS BOUND"),
        /** It was looked at too seldom. */
        UNKNOWN("too short to say");

        private final String title;

        Judgement(String title) {
            this.title = title;
        }

        /** For people. */
        public String title() {
            return title;
        }
    }

    /**
     * Of what was seen.
     *
     * @param all every point, in order
     * @param bound what it must not be above; null for none, and then it must not grow
     */
    static Trend of(String part, Quantity quantity, List<Slope.Point> all, Double bound) {
        List<Slope.Point> late = all.subList(all.size() / 3, all.size());
        double most = all.stream().mapToDouble(Slope.Point::value).max().orElse(0);
        int quarter = Math.max(1, late.size() / 4);
        List<Slope.Point> first = late.subList(0, Math.min(quarter, late.size()));
        List<Slope.Point> last = late.subList(Math.max(0, late.size() - quarter), late.size());
        Slope slope = late.size() < ENOUGH ? null : Slope.of(late);
        return new Trend(
                part,
                quantity,
                late.size(),
                mean(first),
                mean(last),
                most,
                slope == null ? null : slope.perHour(),
                slope == null ? null : slope.margin(),
                bound,
                judge(quantity, slope, least(first), least(last), most, bound));
    }

    /** Whether it must not be so. */
    public boolean wrong() {
        return verdict == Judgement.GROWS || verdict == Judgement.OVER;
    }

    private static Judgement judge(
            Quantity quantity, Slope slope, double first, double last, double most, Double bound) {
        if (bound != null) {
            return most > bound ? Judgement.OVER : Judgement.BOUNDED;
        }
        if (slope == null) {
            return Judgement.UNKNOWN;
        }
        double byChance = Math.max(quantity.noise(), first * NOISE_PERCENT / 100);
        return slope.rises() && last - first > byChance ? Judgement.GROWS : Judgement.STEADY;
    }

    /** What is not given back stays in the least; what a large body takes for a while does not. */
    private static double least(List<Slope.Point> points) {
        return points.stream().mapToDouble(Slope.Point::value).min().orElse(0);
    }

    private static double mean(List<Slope.Point> points) {
        return points.stream().mapToDouble(Slope.Point::value).average().orElse(0);
    }
}
