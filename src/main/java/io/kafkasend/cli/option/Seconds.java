package io.kafkasend.cli.option;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line: seconds, such as 30, or with units, such as 10s, 5m, 1h or 1h30m. Thread-safe. */
public final class Seconds implements ITypeConverter<Integer> {
    private static final Pattern FORM =
            Pattern.compile("(-?\\d{1,9})|(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?", Pattern.CASE_INSENSITIVE);

    @Override
    public Integer convert(String value) {
        Matcher form = FORM.matcher(value.strip());
        if (value.isBlank() || !form.matches()) {
            throw new TypeConversionException(
                    "'" + value + "' is no time; it takes seconds, or units as in 10s, 5m, 1h and 1h30m");
        }
        long seconds = form.group(1) != null
                ? Long.parseLong(form.group(1))
                : 3_600 * number(form.group(2)) + 60 * number(form.group(3)) + number(form.group(4));
        if (seconds > Integer.MAX_VALUE) {
            throw new TypeConversionException("'" + value + "' is too long; it takes 68 years at most");
        }
        return (int) seconds;
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
