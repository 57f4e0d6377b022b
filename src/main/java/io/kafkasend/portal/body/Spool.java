package io.kafkasend.portal.body;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for bodies that are too large for memory. Its files are the owner's alone and encrypted. Where the system can
 * unlink an open file, as Unix does, they have no name from their first moment, and are gone whatever becomes of the process;
 * elsewhere they go when they are closed, and at the next start what a crash has left. Thread-safe.
 */
final class Spool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final String PREFIX = "kafkasend-spool-";
    private static final String SUFFIX = ".body";
    private static final Set<OpenOption> OPTIONS = Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE,
            LinkOption.NOFOLLOW_LINKS);

    private final Path directory;
    private final FileAttribute<?>[] ownerOnly;
    private final Set<SpooledStore> open = ConcurrentHashMap.newKeySet();

    private Spool(Path directory) {
        this.directory = directory;
        this.ownerOnly = ownerOnly(directory);
    }

    /**
     * A spool in a directory; removes what a crash has left in it.
     *
     * @throws IOException when no file can be made there
     */
    static Spool in(Path directory) throws IOException {
        Spool spool = new Spool(directory.toAbsolutePath());
        spool.removeLeftovers();
        spool.create().close(); // found out now, rather than by the first large body
        return spool;
    }

    private static FileAttribute<?>[] ownerOnly(Path directory) {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** A new, empty store. */
    SpooledStore create() throws IOException {
        Path path = directory.resolve(PREFIX + UUID.randomUUID() + SUFFIX);
        SpooledStore store = new SpooledStore(FileChannel.open(path, OPTIONS, ownerOnly), open::remove);
        open.add(store);
        return store;
    }

    /**
     * How many bytes the disk still takes.
     *
     * @throws IOException when it does not say so
     */
    long usableBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    /** How many bodies are on disk now. */
    int bodies() {
        return open.size();
    }

    /** Removes files of ours that a crash has left; those that are open elsewhere have no name, or cannot be removed. */
    private void removeLeftovers() throws IOException {
        int removed = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, this::isOurs)) {
            for (Path file : files) {
                removed += remove(file);
            }
        }
        if (removed > 0) {
            LOG.atInfo().addKeyValue("files", removed).log("removed what a crash had left in the spool");
        }
    }

    private boolean isOurs(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(PREFIX) && name.endsWith(SUFFIX) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static int remove(Path file) {
        try {
            return Files.deleteIfExists(file) ? 1 : 0;
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.getMessage())
                    .log("cannot remove what was left in the spool");
            return 0;
        }
    }

    /** Removes every body. */
    @Override
    public void close() {
        List.copyOf(open).forEach(SpooledStore::close);
    }
}
