package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Bytes;
import java.util.Locale;

/**
 * One bar: what has come of how much, how fast, and how long it still takes, in a line that is shorter than the terminal is wide.
 * Not thread-safe.
 */
final class ProgressBar {
    private static final int LEAST_BAR = 3;
    /** From so many columns on the direction is spelt out. */
    private static final int WIDE = 80;

    private final boolean up;
    private final Pace pace;
    private long bytes;
    private Long total;
    private int factsWidth;

    /**
     * @param up whether it is the request, and not its answer
     * @param nanos when it begins
     */
    ProgressBar(boolean up, long nanos) {
        this.up = up;
        this.pace = new Pace(nanos);
    }

    /** So much has come. */
    void at(long bytesNow, Long totalOrNull, long nanos) {
        bytes = bytesNow;
        total = totalOrNull;
        pace.at(bytesNow, nanos);
    }

    /** The line while it goes on. */
    String line(int columns, long nanos) {
        return line(columns, sizes() + pace.underWay(total, nanos));
    }

    /** The line that stays. */
    String lastLine(int columns, long nanos) {
        return line(columns, sizes() + pace.over(nanos));
    }

    /** Nothing more comes: what has come was all. */
    void complete() {
        total = bytes;
    }

    private String sizes() {
        return Bytes.of(bytes) + (total == null ? "" : " of " + Bytes.of(total));
    }

    private String line(int columns, String facts) {
        int width = columns - 1; // a line that fills the terminal makes some begin the next one
        String name = columns < WIDE ? up ? "up" : "down" : up ? "upload" : "download";
        if (total == null) {
            return cut(name + " " + facts, width);
        }
        long percent = total == 0 ? 100 : (long) (bytes * 100.0 / total);
        String head = String.format(Locale.ROOT, "%s %3d %% ", name, percent);
        factsWidth = Math.max(factsWidth, facts.length()); // so that the bar does not jump
        int room = width - head.length() - 3 - factsWidth;
        if (room < LEAST_BAR) {
            return cut(head + facts, width);
        }
        int done = (int) Math.min(room, room * percent / 100);
        String arrow = done < room ? ">" : "";
        return head + "[" + "=".repeat(done) + arrow + " ".repeat(room - done - arrow.length()) + "] " + facts;
    }

    /** Without the last facts, where they have no room. */
    private static String cut(String line, int width) {
        String fits = line;
        while (fits.length() > width && fits.contains(", ")) {
            fits = fits.substring(0, fits.lastIndexOf(", "));
        }
        return fits.length() > width ? fits.substring(0, width) : fits;
    }
}
