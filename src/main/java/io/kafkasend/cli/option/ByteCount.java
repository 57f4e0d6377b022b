package io.kafkasend.cli.option;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of bytes on the command line, such as 1000, 50MB (decimal) or 50MiB (binary). Thread-safe. */
public final class ByteCount implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*([kmg]?)(i?)b?", Pattern.CASE_INSENSITIVE);

    @Override
    public Long convert(String value) {
        Matcher form = FORM.matcher(value.strip());
        if (!form.matches() || form.group(2).isEmpty() && !form.group(3).isEmpty()) {
            throw new TypeConversionException(
                    "'" + value + "' is no size; it takes bytes, such as 1000, 50MB or 50MiB");
        }
        long unit = form.group(3).isEmpty() ? 1_000 : 1_024;
        long factor =
                switch (form.group(2).toLowerCase(Locale.ROOT)) {
                    case "k" -> unit;
                    case "m" -> unit * unit;
                    case "g" -> unit * unit * unit;
                    default -> 1;
                };
        return Math.multiplyExact(Long.parseLong(form.group(1)), factor);
    }
}
