package io.kafkasend.cli.option;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time in the past on the command line: so long ago, as 30m, 2h or 7d, or the time itself in UTC. Thread-safe. */
public final class PastTime implements ITypeConverter<Instant> {
    private static final Pattern DAYS = Pattern.compile("(\\d{1,5})d", Pattern.CASE_INSENSITIVE);

    @Override
    public Instant convert(String value) {
        String text = value.strip();
        Matcher days = DAYS.matcher(text);
        if (days.matches()) {
            return Instant.now().minus(Duration.ofDays(Long.parseLong(days.group(1))));
        }
        try {
            return text.contains("T") ? Instant.parse(text) : Instant.now().minusSeconds(new Seconds().convert(text));
        } catch (DateTimeParseException | TypeConversionException e) {
            throw new TypeConversionException("'" + value
                    + "' is no time; it takes how long ago, as 30m, 2h or 7d, or when, as 2026-11-30T06:04:05Z");
        }
    }
}
