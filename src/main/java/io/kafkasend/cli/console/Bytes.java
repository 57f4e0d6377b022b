package io.kafkasend.cli.console;

import java.util.Locale;

/** Sizes and rates for people: by thousands (kB, MB), one digit after the point below a hundred. */
public final class Bytes {
    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private Bytes() {}

    /** Such as "812 bytes", "13.5 kB", "50.0 MB", "200 MB". */
    public static String of(long bytes) {
        if (bytes < 1_000) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        return scaled(bytes, 99.95);
    }

    /** Such as "812 bytes/s", "4.2 MB/s", "48 MB/s"; no digit after the point from ten on, since it never stands still. */
    public static String rate(double bytesPerSecond) {
        return bytesPerSecond < 999.5 ? Math.round(bytesPerSecond) + " bytes/s" : scaled(bytesPerSecond, 9.95) + "/s";
    }

    private static String scaled(double bytes, double whole) {
        double size = bytes / 1_000;
        int unit = 0;
        while (size >= 999.5 && unit < UNITS.length - 1) {
            size /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, size < whole ? "%.1f %s" : "%.0f %s", size, UNITS[unit]);
    }
}
