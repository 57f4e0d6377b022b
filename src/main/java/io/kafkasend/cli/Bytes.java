package io.kafkasend.cli;

import java.util.Locale;

/** Sizes for people. */
final class Bytes {
    private Bytes() {}

    /** Such as "812 bytes", "13.5 kB", "50.0 MB"; by thousands. */
    static String of(long bytes) {
        if (bytes < 1_000) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        String[] units = {"kB", "MB", "GB", "TB"};
        double size = bytes / 1_000.0;
        int unit = 0;
        while (size >= 999.95 && unit < units.length - 1) {
            size /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", size, units[unit]);
    }
}
