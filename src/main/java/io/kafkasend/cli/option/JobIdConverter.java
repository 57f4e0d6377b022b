package io.kafkasend.cli.option;

import io.kafkasend.protocol.JobId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A job's id on the command line. Thread-safe. */
public final class JobIdConverter implements ITypeConverter<JobId> {
    @Override
    public JobId convert(String value) {
        return JobId.parse(value)
                .orElseThrow(
                        () -> new TypeConversionException(
                                "'" + value
                                        + "' is no job's id; it takes a version 4 UUID in lower case, such as 550e8400-e29b-41d4-a716-446655440000"));
    }
}
