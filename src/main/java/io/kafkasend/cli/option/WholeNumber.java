package io.kafkasend.cli.option;

import java.util.function.LongFunction;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A whole number on the command line: digits, with a minus where it may be negative. Thread-safe.
 *
 * @param <T> its type in Java
 */
public final class WholeNumber<T> implements ITypeConverter<T> {
    private final long least;
    private final long most;
    private final LongFunction<T> number;

    private WholeNumber(long least, long most, LongFunction<T> number) {
        this.least = least;
        this.most = most;
        this.number = number;
    }

    /** Has a command and its subcommands read all options so that are whole numbers and name no form of their own. */
    public static void register(CommandLine command) {
        WholeNumber<Integer> ints =
                new WholeNumber<>(Integer.MIN_VALUE, Integer.MAX_VALUE, value -> Integer.valueOf((int) value));
        WholeNumber<Long> longs = new WholeNumber<>(Long.MIN_VALUE, Long.MAX_VALUE, Long::valueOf);
        command.registerConverter(int.class, ints)
                .registerConverter(Integer.class, ints)
                .registerConverter(long.class, longs)
                .registerConverter(Long.class, longs);
    }

    @Override
    public T convert(String value) {
        if (!value.matches("-?[0-9]+")) {
            throw new TypeConversionException("'" + value + "' is no whole number; it takes digits, such as 3");
        }
        try {
            long read = Long.parseLong(value);
            if (read >= least && read <= most) {
                return number.apply(read);
            }
        } catch (NumberFormatException e) {
            // as one that no option takes
        }
        throw new TypeConversionException("'" + value + "' is too " + (value.startsWith("-") ? "small" : "large"));
    }
}
