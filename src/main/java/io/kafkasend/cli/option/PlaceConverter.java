package io.kafkasend.cli.option;

import io.kafkasend.client.DeadLetterTopic.Place;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A record's place on the command line, such as 0:17. Thread-safe. */
public final class PlaceConverter implements ITypeConverter<Place> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

    @Override
    public Place convert(String value) {
        Matcher form = FORM.matcher(value);
        if (!form.matches()) {
            throw new TypeConversionException("'" + value + "' is no record; it takes PARTITION:OFFSET, such as 0:17");
        }
        return new Place(Integer.parseInt(form.group(1)), Long.parseLong(form.group(2)));
    }
}
