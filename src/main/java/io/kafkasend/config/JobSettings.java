package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import io.kafkasend.setting.UnfitValueException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How many jobs the portal takes, how much memory, and how long. */
public final class JobSettings {
    public static final Setting<Integer> MAX_CONCURRENT_JOBS = Accepts.number(
            "PORTAL_MAX_CONCURRENT_JOBS",
            10,
            1,
            10_000,
            "How many API calls run at once; over it the portal reads no further requests.");
    public static final Setting<Integer> MAX_ASSEMBLING_JOBS = Accepts.number(
            "PORTAL_MAX_ASSEMBLING_JOBS",
            1_000,
            1,
            1_000_000,
            "How many unfinished requests are held; over it a START gets a retryable TOO_MANY_JOBS.");
    public static final Setting<Long> MAX_BUFFERED_BYTES = new Setting<>(
            "PORTAL_MAX_BUFFERED_BYTES",
            "0",
            "0, or a whole number of bytes from 1048576",
            JobSettings::bufferedBytes,
            false,
            "How many bytes of memory unfinished requests may take; 0 is what the heap leaves, a third of it at most; over it a START, or a"
                    + " CHUNK's job, gets a retryable TOO_MANY_JOBS.");
    public static final Setting<Optional<Path>> SPOOL_DIRECTORY = Accepts.path(
            "PORTAL_SPOOL_DIRECTORY",
            "a directory that is there and may be written to",
            JobSettings::requireWritable,
            "Where bodies go that are too large for memory, encrypted; empty for nowhere.");
    public static final Setting<Integer> SPOOL_THRESHOLD_BYTES = Accepts.number(
            "PORTAL_SPOOL_THRESHOLD_BYTES",
            8_388_608,
            0,
            1_073_741_824,
            "From how many bytes on a body goes to PORTAL_SPOOL_DIRECTORY; sooner when memory is short.");
    public static final Setting<Integer> JOB_TIMEOUT_SECONDS = Accepts.number(
            "PORTAL_JOB_TIMEOUT_SECONDS", 900, 1, 86_400, "How long an API call may take, answer included.");
    public static final Setting<Integer> STREAM_TIMEOUT_SECONDS = Accepts.number(
            "PORTAL_STREAM_TIMEOUT_SECONDS",
            0,
            0,
            31_536_000,
            "How long an API call may take whose answer streams, while each piece comes within PORTAL_JOB_TIMEOUT_SECONDS; 0 is no longer"
                    + " than others.");
    public static final Setting<Integer> JOB_IDLE_SECONDS = Accepts.number(
            "PORTAL_JOB_IDLE_SECONDS", 300, 1, 86_400, "How long an unfinished request waits for its next chunk.");
    public static final Setting<Integer> JOB_MAX_AGE_SECONDS =
            Accepts.number("PORTAL_JOB_MAX_AGE_SECONDS", 900, 1, 86_400, "How old an unfinished request may become.");
    public static final Setting<Integer> MAX_REQUEST_AGE_SECONDS = Accepts.number(
            "PORTAL_MAX_REQUEST_AGE_SECONDS",
            0,
            0,
            31_536_000,
            "How old a request may be, by its record's timestamp, when its call begins; over it it gets EXPIRED. 0 leaves it to"
                    + " what clients say.");

    static final SettingsGroup GROUP = new SettingsGroup(
            "Concurrency, memory and timeouts",
            List.of(
                    MAX_CONCURRENT_JOBS,
                    MAX_ASSEMBLING_JOBS,
                    MAX_BUFFERED_BYTES,
                    SPOOL_DIRECTORY,
                    SPOOL_THRESHOLD_BYTES,
                    JOB_TIMEOUT_SECONDS,
                    STREAM_TIMEOUT_SECONDS,
                    JOB_IDLE_SECONDS,
                    JOB_MAX_AGE_SECONDS,
                    MAX_REQUEST_AGE_SECONDS));

    private JobSettings() {}

    private static long bufferedBytes(String value) {
        long bytes = Long.parseLong(value);
        Accepts.require(bytes == 0 || bytes >= 1 << 20, value);
        return bytes;
    }

    private static void requireWritable(Path directory) {
        Accepts.requireDirectory(directory);
        if (!Files.isWritable(directory)) {
            throw new UnfitValueException("which cannot be written to");
        }
    }
}
