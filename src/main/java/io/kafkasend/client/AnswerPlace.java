package io.kafkasend.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * The place of an answer that was asked for by a file's name: what a link leads to, and how what is there can be written.
 * Immutable; the system may change it meanwhile.
 *
 * @param named as it was asked for
 * @param at where that leads to
 * @param descriptor whether it is an open file of a process, as {@code /dev/fd/3}
 * @param there what is there; null for nothing
 */
record AnswerPlace(Path named, Path at, boolean descriptor, BasicFileAttributes there) {
    private static final int MOST_LINKS = 40;
    private static final Pattern DESCRIPTORS = Pattern.compile("/proc/\\d+(/task/\\d+)?/fd");

    /**
     * Looks at it.
     *
     * @throws IOException whose message says, for a user, why no answer can be there
     */
    static AnswerPlace of(Path named) throws IOException {
        Path at = named.toAbsolutePath();
        boolean descriptor = isDescriptor(at);
        for (int links = 0; !descriptor && Files.isSymbolicLink(at); links++) {
            if (links == MOST_LINKS) {
                throw new IOException(named + " leads in a circle");
            }
            at = at.resolveSibling(Files.readSymbolicLink(at));
            descriptor = isDescriptor(at);
        }
        BasicFileAttributes there;
        try {
            there = Files.readAttributes(at, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            there = null;
        } catch (FileSystemException e) {
            throw new IOException(named + " cannot be written: " + reason(e), e);
        }
        AnswerPlace place = new AnswerPlace(named, at, descriptor, there);
        if (there != null && there.isDirectory()) {
            throw new IOException(named + " is a directory, not a file");
        }
        if (there == null && !Files.isDirectory(at.getParent())) {
            throw new IOException(named + " cannot be written: its directory does not exist");
        }
        return place;
    }

    /** Whether it is written to as it is, like a stream: a pipe, a device, an open file of a process. */
    boolean special() {
        return descriptor || there != null && !there.isRegularFile();
    }

    /**
     * Finds out whether it can be written, and changes nothing.
     *
     * @throws IOException whose message says, for a user, why not
     */
    void requireWritable() throws IOException {
        if (there != null && !Files.isWritable(at)) {
            throw new IOException(named + " may not be written");
        }
        if (!special()) {
            begin().abort();
        }
    }

    /** Opens what is written to as it is; waits for a pipe's reader. */
    OutputStream open() throws IOException {
        try {
            return there != null && there.isRegularFile()
                    ? Files.newOutputStream(at, StandardOpenOption.WRITE, StandardOpenOption.APPEND)
                    : Files.newOutputStream(at, StandardOpenOption.WRITE);
        } catch (FileSystemException e) {
            throw new IOException(named + " cannot be written: " + reason(e), e);
        }
    }

    /** Begins a file that is to take the place. */
    FileSink begin() throws IOException {
        Path directory = at.getParent();
        // What may be written, in a directory that may not, gets its content from a file elsewhere.
        boolean beside = there == null || Files.isWritable(directory);
        Path partial = (beside ? directory : Path.of(System.getProperty("java.io.tmpdir")))
                .resolve(".kafkasend-" + UUID.randomUUID() + ".part");
        try {
            // Not createTempFile: that one gives the file to its owner only, and the answer would keep it so.
            SeekableByteChannel channel =
                    Files.newByteChannel(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            boolean alike;
            try {
                alike = there == null || beside && madeLike(partial);
            } catch (IOException e) {
                channel.close();
                Files.deleteIfExists(partial);
                throw e;
            }
            return new FileSink(at, partial, channel, alike);
        } catch (AccessDeniedException e) {
            throw new IOException(named + " cannot be written: its directory may not be", e);
        } catch (FileSystemException e) {
            throw new IOException(named + " cannot be written: " + reason(e), e);
        }
    }

    /** Gives a file the mode and the owner of what is there; false where it cannot be the same, and so must not replace it. */
    private boolean madeLike(Path partial) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(partial, PosixFileAttributeView.class);
        if (view == null) {
            return true;
        }
        PosixFileAttributes old = Files.readAttributes(at, PosixFileAttributes.class);
        PosixFileAttributes made = view.readAttributes();
        boolean alike = Integer.valueOf(1).equals(Files.getAttribute(at, "unix:nlink"));
        try {
            if (!made.owner().equals(old.owner())) {
                view.setOwner(old.owner());
            }
            if (!made.group().equals(old.group())) {
                view.setGroup(old.group());
            }
        } catch (IOException e) {
            alike = false; // only who owns it, or root, may do so
        }
        view.setPermissions(old.permissions());
        return alike;
    }

    private static boolean isDescriptor(Path path) {
        try {
            Path directory = path.getParent();
            return directory != null
                    && DESCRIPTORS.matcher(directory.toRealPath().toString()).matches();
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    private static String reason(FileSystemException e) {
        return e.getReason() == null
                ? e instanceof AccessDeniedException ? "permission denied" : e.toString()
                : e.getReason();
    }

    /** A body that goes to a temporary file, and takes its place once it is complete. Not thread-safe. */
    static final class FileSink implements AnswerTarget.Sink {
        private final Path file;
        private final Path partial;
        private final boolean replaces;
        private final SeekableByteChannel channel;
        private final OutputStream out;

        /**
         * @param file where it is to be
         * @param partial where it is until then
         * @param channel writes the latter
         * @param replaces whether the latter may take the former's place; else its content goes into what is there
         */
        FileSink(Path file, Path partial, SeekableByteChannel channel, boolean replaces) {
            this.file = file;
            this.partial = partial;
            this.channel = channel;
            this.replaces = replaces;
            this.out = Channels.newOutputStream(channel);
        }

        @Override
        public void write(byte[] data, int length) throws IOException {
            out.write(data, 0, length);
        }

        @Override
        public boolean restart() throws IOException {
            channel.truncate(0);
            return true;
        }

        @Override
        public byte[] complete() throws IOException {
            channel.close();
            if (replaces) {
                move();
            } else {
                try (OutputStream there =
                        Files.newOutputStream(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                    Files.copy(partial, there);
                }
                Files.delete(partial);
            }
            return null;
        }

        private void move() throws IOException {
            try {
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
                Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
            }
        }

        @Override
        public void abort() {
            try {
                channel.close();
                Files.deleteIfExists(partial);
            } catch (IOException e) {
                LoggerFactory.getLogger(AnswerTarget.class).warn("Cannot remove {}: {}", partial, e.toString());
            }
        }
    }
}
