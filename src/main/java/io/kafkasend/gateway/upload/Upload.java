package io.kafkasend.gateway.upload;

import io.kafkasend.gateway.http.RequestHead;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.stored.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upload: its bytes in a file, and what is known of it in another. One request at a time adds to it, the newest: what an older one
 * still reads is not taken any more. Its lock guards all of it, and is held while one piece is written. Thread-safe.
 */
public final class Upload {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private final String id;
    private final UploadDirectory directory;
    private UploadHead head;
    private long offset;
    private long claimed;
    private Appending newest;
    private boolean relayed;
    private boolean kafkaHasIt;
    private boolean removed;

    /**
     * @param offset how many bytes its file has, or had when it was sent
     * @param claimed how many of the caller's bytes are kept for it
     */
    Upload(String id, UploadDirectory directory, UploadHead head, long offset, long claimed) {
        this.id = id;
        this.directory = directory;
        this.head = head;
        this.offset = offset;
        this.claimed = claimed;
    }

    /** One request that adds to it. For one thread. */
    final class Appending implements AutoCloseable {
        private FileChannel channel;

        /**
         * Adds a piece.
         *
         * @throws RefusedException where another request has come, the length or the caller's share is passed, or the disk fails
         */
        void write(byte[] piece, int bytes) throws RefusedException {
            synchronized (Upload.this) {
                requireNewest(this);
                add(this, ByteBuffer.wrap(piece, 0, bytes));
            }
        }

        private FileChannel channel() throws IOException {
            if (channel == null) {
                channel = FileChannel.open(data(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            }
            return channel;
        }

        /** Has the disk keep what was added. */
        @Override
        public void close() {
            if (channel != null) {
                try (FileChannel closed = channel) {
                    closed.force(false);
                } catch (IOException e) {
                    LOG.atWarn().addKeyValue("reason", e.toString()).log("an upload may not be on the disk");
                }
            }
        }
    }

    private void requireNewest(Appending mine) throws RefusedException {
        if (removed) {
            throw UploadDirectory.unknown();
        }
        if (newest != mine) {
            throw new RefusedException(GatewayError.UPLOAD_TAKEN, "another request for this upload has come");
        }
    }

    private void add(Appending mine, ByteBuffer piece) throws RefusedException {
        long end = offset + piece.remaining();
        if (head.length().isPresent() && end > head.length().getAsLong()) {
            remove(); // the draft has it so
            throw new RefusedException(
                    GatewayError.UPLOAD_LENGTH,
                    "the upload has over the " + head.length().getAsLong() + " bytes that were said, and is dropped");
        }
        if (end > claimed) {
            directory.claim(head.caller(), end - claimed);
            claimed = end;
        }
        try {
            FileChannel channel = mine.channel();
            while (piece.hasRemaining()) {
                offset += channel.write(piece, offset);
            }
        } catch (IOException e) {
            throw UploadDirectory.failed(e);
        }
    }

    /** Its name, which nobody can guess. */
    String id() {
        return id;
    }

    /** A request is there that may add to it: none before it may any more. */
    synchronized Appending takeOver() {
        newest = new Appending();
        return newest;
    }

    /**
     * Likewise, where it goes on at this offset.
     *
     * @throws RefusedException where it goes on at another, or is complete
     */
    synchronized Appending takeOver(long at) throws RefusedException {
        if (isComplete()) {
            throw new RefusedException(GatewayError.UPLOAD_COMPLETED, "its job is made, or under way");
        }
        Appending appending = takeOver();
        if (at != offset) {
            throw new RefusedException(
                    Problem.of(GatewayError.UPLOAD_OFFSET, "the upload has " + offset + " bytes, and not " + at)
                            .with(Map.of("expected-offset", offset, "provided-offset", at)));
        }
        return appending;
    }

    /**
     * Its length is known by now.
     *
     * @throws RefusedException where it is another than before, or over the caller's share
     */
    synchronized void ofLength(long bytes) throws RefusedException {
        if (head.length().orElse(bytes) != bytes || bytes < offset) {
            throw new RefusedException(
                    GatewayError.UPLOAD_LENGTH,
                    "the upload has " + offset + " of " + head.length().orElse(offset) + " bytes, and not " + bytes);
        }
        if (head.length().isPresent()) {
            return;
        }
        if (bytes > claimed) {
            directory.claim(head.caller(), bytes - claimed);
            claimed = bytes;
        }
        keep(head.ofLength(bytes));
    }

    private void keep(UploadHead changed) throws RefusedException {
        try {
            directory.write(id, changed);
        } catch (IOException e) {
            throw UploadDirectory.failed(e);
        }
        head = changed;
    }

    /**
     * All of it is there: its job is to be made.
     *
     * @throws RefusedException where it is not, or another request has come
     */
    synchronized void complete(Appending mine) throws RefusedException {
        requireNewest(mine);
        ofLength(offset);
        relayed = true;
        kafkaHasIt = false;
    }

    /** Kafka has the whole request that was made of it. */
    public synchronized void sent() {
        kafkaHasIt = true;
        if (!relayed) {
            finish(); // nobody waited so long
        }
    }

    /**
     * Nobody waits for its job any more. Where nothing was done it is as it was before, and may be completed again.
     *
     * @param answered whether its job has an answer, or goes on
     * @param retryable whether nothing was done
     */
    synchronized void settle(boolean answered, boolean retryable) {
        if (!relayed) {
            return;
        }
        relayed = false;
        if (answered || kafkaHasIt && !retryable) {
            finish();
        }
    }

    private void finish() {
        if (removed || head.sent().isPresent()) {
            return;
        }
        try {
            keep(head.sentWith(offset));
            directory.deleteData(id);
            directory.release(head.caller(), claimed);
            claimed = 0;
        } catch (RefusedException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("an upload is kept that was sent");
        }
    }

    /**
     * Drops it; what still adds to it is refused.
     *
     * @throws RefusedException while its job is being made
     */
    synchronized void delete() throws RefusedException {
        if (relayed) {
            throw new RefusedException(GatewayError.UPLOAD_TAKEN, "its job is under way; its place can cancel it");
        }
        remove();
    }

    private void remove() {
        if (!removed) {
            removed = true;
            directory.remove(this, head.caller(), claimed);
        }
    }

    /** Drops it where its time is over. */
    synchronized void expire(Instant now) {
        if (!relayed && !head.expires().isAfter(now)) {
            remove();
        }
    }

    /** Drops it where its job has been made. */
    synchronized boolean makesRoom() {
        if (head.sent().isPresent()) {
            remove();
        }
        return removed;
    }

    /** Whether all of it has come, and its job has been made, or is being made. */
    synchronized boolean isComplete() {
        return relayed || head.sent().isPresent();
    }

    /** How many bytes it has. */
    public synchronized long offset() {
        return offset;
    }

    /** Its length, once it is known. */
    synchronized OptionalLong length() {
        return head.length();
    }

    /** When it is gone. */
    synchronized Instant expires() {
        return head.expires();
    }

    /** The SHA-256 of its caller's name. */
    synchronized String caller() {
        return head.caller();
    }

    /** The request that is made of it, without its body. */
    public synchronized RequestHead request() {
        return head.request();
    }

    /** The file that has its bytes. */
    public Path data() {
        return directory.data(id);
    }

    /** The place of its job. */
    public Slot slot(String callerName) {
        return Slot.ofUpload(callerName, id);
    }
}
