package io.kafkasend.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * The correlation id of a job: a version 4 UUID (RFC 9562 §5.4) in canonical form, lower case. It is the key of every
 * record of the job, so that the job stays on one partition and in order. Immutable.
 *
 * @param value the canonical text, 36 characters
 */
public record JobId(String value) {
    /** Of each place, which characters it takes. */
    private static final String FORM = "hhhhhhhh-hhhh-4hhh-vhhh-hhhhhhhhhhhh";

    /**
     * @throws IllegalArgumentException when the text is no canonical version 4 UUID; its message does not repeat the text
     */
    public JobId {
        if (!isCanonical(value)) {
            throw new IllegalArgumentException("job_id is not a version 4 UUID in canonical lower-case form");
        }
    }

    /** Reads a job id from text that may be anything. */
    public static Optional<JobId> parse(String text) {
        return isCanonical(text) ? Optional.of(new JobId(text)) : Optional.empty();
    }

    private static boolean isCanonical(String text) {
        if (text == null || text.length() != FORM.length()) {
            return false;
        }
        for (int i = 0; i < FORM.length(); i++) {
            char c = text.charAt(i);
            boolean taken =
                    switch (FORM.charAt(i)) {
                        case 'h' -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
                        case 'v' -> c == '8' || c == '9' || c == 'a' || c == 'b';
                        default -> c == FORM.charAt(i);
                    };
            if (!taken) {
                return false;
            }
        }
        return true;
    }

    /** A new id, from a cryptographically strong source. */
    public static JobId random() {
        return new JobId(UUID.randomUUID().toString());
    }

    /** The key of the job's records: its text in ASCII, a new array. */
    public byte[] key() {
        return value.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return value;
    }
}
