package io.kafkasend.bench.result;

/**
 * One quantity that a scenario measures beside its baseline.
 *
 * @param key its name within the scenario
 * @param title what it is, for people
 * @param unit what both sides are measured in
 * @param moreIsBetter whether the bar is the least ratio that is good enough, and not the most
 * @param bar the ratio that must be reached; null where none is asked for
 * @param aim the ratio to work towards; null likewise
 */
public record Figure(String key, String title, String unit, boolean moreIsBetter, Double bar, Double aim) {

    /** A quantity of which less is better, with a bar. */
    public static Figure less(String key, String title, String unit, double bar, double aim) {
        return new Figure(key, title, unit, false, bar, aim);
    }

    /** A quantity of which less is better, for information. */
    public static Figure less(String key, String title, String unit) {
        return new Figure(key, title, unit, false, null, null);
    }

    /** A quantity of which more is better, with a bar. */
    public static Figure more(String key, String title, String unit, double bar, double aim) {
        return new Figure(key, title, unit, true, bar, aim);
    }
}
