package io.kafkasend.client.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * A small text in a file of its owner's, which one process at a time has: whoever else asks for it is refused. The lock is the
 * system's, so that it goes with a process that is killed. Thread-safe.
 */
public final class StateFile {
    /** More is none of ours. */
    private static final int MOST_BYTES = 2 << 20;

    private final Path file;
    private FileChannel open;

    /**
     * @param file need not be there, nor its directory
     */
    public StateFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Takes hold of it.
     *
     * @return what it holds; empty where that is nothing
     * @throws IOException when it cannot be had, or another one has it
     */
    public synchronized Optional<String> read() throws IOException {
        take();
        if (open.size() > MOST_BYTES) {
            throw new IOException("it is too large to be a state of ours");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) open.size());
        open.position(0);
        while (bytes.hasRemaining() && open.read(bytes) >= 0) {
            // to its end
        }
        return bytes.position() == 0
                ? Optional.empty()
                : Optional.of(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
    }

    /** Writes it anew; what is written is on the disk before this returns. */
    public synchronized void write(String text) throws IOException {
        take();
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        open.truncate(0);
        open.position(0);
        while (bytes.hasRemaining()) {
            open.write(bytes);
        }
        open.force(true);
    }

    /** Removes it, and lets go of it. */
    public synchronized void clear() throws IOException {
        if (open != null) {
            open.truncate(0); // whoever has opened it meanwhile finds nothing
            release();
        }
    }

    /** Lets go of it. May be called again. */
    public synchronized void release() {
        try {
            if (open != null) {
                boolean empty = open.size() == 0;
                if (empty) {
                    Files.deleteIfExists(file);
                }
                open.close();
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(StateFile.class).debug("Cannot let go of {}: {}", file, e.toString());
        }
        open = null;
    }

    private void take() throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        while (open == null) {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent(), posix ? mode("rwx------") : new FileAttribute<?>[0]);
            }
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS),
                    posix ? mode("rw-------") : new FileAttribute<?>[0]);
            try {
                if (channel.tryLock() == null) {
                    throw new IOException("another process goes on with it");
                }
                if (Files.exists(file)) { // else whoever had it removed it before it was ours
                    if (posix) {
                        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                    }
                    open = channel;
                }
            } catch (OverlappingFileLockException e) {
                throw new IOException("another request of this process goes on with it", e);
            } finally {
                if (open == null) {
                    channel.close();
                }
            }
        }
    }

    private static FileAttribute<?>[] mode(String permissions) {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
