package io.kafkasend.kafka;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Why records cannot be read for good, though the broker gives them: they are compressed by what is not there, or damaged; or
 * the group does not take this member. Trying again helps only once somebody has put it right. Immutable.
 *
 * @param reason one line: what is wrong, and what to do
 */
public record Unreadable(String reason) {
    private static final int SHOWN = 300;
    /** Those that need a library of the system's own kind. */
    private static final List<String> CODECS = List.of("zstd", "snappy");

    /** As Kafka names the place, in two sentences of its own. */
    private static final Pattern PLACE =
            Pattern.compile("(?:record from|batch for partition) (\\S+-\\d+)(?: at offset (\\d+))?");

    /**
     * Recognises one.
     *
     * @param failure what Kafka's client threw; it or a cause of it may be one
     * @return empty when it is something else
     */
    public static Optional<Unreadable> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LinkageError && codec(failure).isPresent()) {
                return Optional.of(
                        new Unreadable(library(failure, codec(failure).get())));
            }
            if (cause instanceof InconsistentGroupProtocolException) {
                return Optional.of(new Unreadable(
                        "the group's other members share the partitions in another way; give all of them the"
                                + " same KAFKA_PARTITION_ASSIGNOR"));
            }
            if (cause instanceof InvalidSessionTimeoutException) {
                return Optional.of(
                        new Unreadable("the brokers do not take KAFKA_SESSION_TIMEOUT_MS; it must be within their"
                                + " group.min.session.timeout.ms and group.max.session.timeout.ms"));
            }
            if (cause instanceof UnsupportedVersionException) {
                return Optional.of(new Unreadable("the brokers are too old for this client: " + said(cause)));
            }
        }
        return damaged(failure);
    }

    /** The codec whose classes a failure was met in: any other class that does not load is another matter. */
    private static Optional<String> codec(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = (cause + stack(cause)).toLowerCase(Locale.ROOT);
            for (String codec : CODECS) {
                if (text.contains(codec)) {
                    return Optional.of(codec);
                }
            }
        }
        return Optional.empty();
    }

    /** A library that does not load is not looked for again in this process. */
    private static String library(Throwable failure, String codec) {
        return place(failure) + " is compressed by " + codec + ", whose native library cannot be loaded ("
                + said(innermost(failure))
                + "); it unpacks itself into java.io.tmpdir, " + System.getProperty("java.io.tmpdir")
                + ": let that be written to and mounted without noexec, or name another directory by"
                + " -Djava.io.tmpdir in KAFKASEND_JAVA_OPTS, and start again";
    }

    /** Where a class was met that cannot be initialised, its name is in the stack alone. */
    private static String stack(Throwable cause) {
        StringBuilder frames = new StringBuilder();
        for (StackTraceElement frame : cause.getStackTrace()) {
            frames.append(frame.getClassName()).append(' ');
        }
        return frames.toString();
    }

    private static Optional<Unreadable> damaged(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CorruptRecordException
                    || PLACE.matcher(String.valueOf(cause.getMessage())).find()) {
                return Optional.of(new Unreadable(place(failure) + " is damaged, or in a form that is not known here ("
                        + said(innermost(failure))
                        + "); have the brokers' disks looked at, and if it is lost stop the group and"
                        + " move its offset past it (kafka-consumer-groups.sh --reset-offsets)"));
            }
        }
        return Optional.empty();
    }

    private static String place(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Matcher found = PLACE.matcher(String.valueOf(cause.getMessage()));
            if (found.find()) {
                return "what stands next in " + found.group(1)
                        + (found.group(2) == null ? "" : " at offset " + found.group(2));
            }
        }
        return "what stands next in a partition";
    }

    private static Throwable innermost(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost;
    }

    private static String said(Throwable failure) {
        String line =
                String.valueOf(failure).replaceAll("\\p{Cntrl}+", " ").replaceAll("\\b(?:[a-z0-9]+\\.)+(?=[A-Z])", "");
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
    }
}
