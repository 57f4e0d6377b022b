package io.kafkasend.cli.console;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What is true or false, on the command line or in a variable, in the words that the portal's settings take. Thread-safe. */
public final class YesOrNo implements ITypeConverter<Boolean> {
    @Override
    public Boolean convert(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default ->
                throw new TypeConversionException(
                        "'" + value + "' is neither; it takes true or false (or 1, yes, on; 0, no, off)");
        };
    }
}
