package io.kafkasend.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.internals.Exit;

/**
 * Kafka ends its process, whosever that is, once it can write to none of its directories. This says why in a line, before.
 * Immutable.
 *
 * @param data where the broker keeps its data
 */
record DiskFailure(BrokerData data) {
    private static final long LEAST_ROOM = 16L << 20; // indexes are as large as they may become, from the begin

    /**
     * From now on, when Kafka ends the process, says why before, and removes data that nobody could start from again: they are
     * what fills the disk.
     *
     * @param say takes the line
     */
    void sayWhyTheProcessEnds(Consumer<String> say) {
        Exit.setHaltProcedure((status, message) -> {
            String cause = noRoom().orElse("it cannot write to " + data.path());
            data.deleteIfTemporary();
            say.accept("Kafka's broker has ended: " + cause
                    + (data.temporary() ? "" : "; make room there, then start it again with the same data"));
            Runtime.getRuntime().halt(status);
        });
    }

    /** That there is no room, if so. */
    Optional<String> noRoom() {
        return noRoom(data.path());
    }

    private static Optional<String> noRoom(Path path) {
        try {
            long free = Files.getFileStore(path).getUsableSpace();
            return free < LEAST_ROOM
                    ? Optional.of("the disk of " + path + " is full (" + free + " bytes are free)")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("the disk of " + path + " is gone: " + e);
        }
    }
}
