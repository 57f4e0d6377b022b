package io.kafkasend.protocol;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The correlation id of a job: a version 4 UUID (RFC 9562 §5.4) in canonical form, lower case. It is the key of every
 * record of the job, so that the job stays on one partition and in order. Immutable.
 *
 * @param value the canonical text, 36 characters
 */
public record JobId(String value) {
    private static final Pattern CANONICAL =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    /**
     * @throws IllegalArgumentException when the text is no canonical version 4 UUID; its message does not repeat the text
     */
    public JobId {
        if (value == null || value.length() != 36 || !CANONICAL.matcher(value).matches()) {
            throw new IllegalArgumentException("job_id is not a version 4 UUID in canonical lower-case form");
        }
    }

    /** Reads a job id from text that may be anything. */
    public static Optional<JobId> parse(String text) {
        return text != null && text.length() == 36 && CANONICAL.matcher(text).matches()
                ? Optional.of(new JobId(text))
                : Optional.empty();
    }

    /** A new id, from a cryptographically strong source. */
    public static JobId random() {
        return new JobId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
