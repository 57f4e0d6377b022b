package io.kafkasend.outbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folders of an outbox. All are in the one that files are dropped into, so that a file gets from one to another by a rename.
 * Immutable.
 *
 * @param drop where files are dropped
 */
public record Folders(Path drop) {
    /** No name that is made from a file's is longer, with what is added to it. */
    private static final int MOST_NAME_BYTES = 200;

    private static final int KEPT_CHARS = 40;

    /** Where answers are found. */
    public Path answers() {
        return drop.resolve("answers");
    }

    /** Where files are that were answered. */
    public Path done() {
        return drop.resolve("done");
    }

    /** Where files are that were not, each with the reason. */
    public Path failed() {
        return drop.resolve("failed");
    }

    /** Where files are that are under way. */
    public Path sending() {
        return drop.resolve(".sending");
    }

    /** Whether a name in the folder is one of ours. */
    boolean isOwn(Path entry) {
        return entry.equals(answers()) || entry.equals(done()) || entry.equals(failed());
    }

    /**
     * Makes those that are missing.
     *
     * @throws IOException whose message says, for a user, which cannot be made or written
     */
    public void make() throws IOException {
        for (Path folder : new Path[] {answers(), done(), failed(), sending()}) {
            try {
                Files.createDirectories(folder);
                if (folder.equals(sending())) {
                    withhold(folder);
                }
                Path trial = folder.resolve(".trial-" + ProcessHandle.current().pid());
                Files.deleteIfExists(trial);
                Files.createFile(trial);
                Files.delete(trial);
            } catch (IOException e) {
                throw new IOException("folder " + folder + " cannot be written: " + reason(e), e);
            }
        }
    }

    /** What is under way, and the receipts of it, are for nobody else. */
    private static void withhold(Path folder) throws IOException {
        if (Files.getFileAttributeView(folder, PosixFileAttributeView.class) != null) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** What keeps an outbox from working here, in one line; changes nothing that stays. */
    public Optional<String> fault() {
        try {
            make();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("OUTBOX_DIRECTORY: " + e.getMessage());
        }
    }

    /**
     * Puts a file into a folder, under its name, or where that is taken under its name and the job's id. Done again after a crash, it
     * finds what it did.
     *
     * @return the name that it has there
     */
    static String place(Path file, Path folder, String name, String jobId) throws IOException {
        String fit = fit(name, jobId);
        return put(file, folder.resolve(fit)) ? fit : placeBeside(file, folder, fit, jobId);
    }

    private static String placeBeside(Path file, Path folder, String name, String jobId) throws IOException {
        String other = name + "." + jobId;
        if (!put(file, folder.resolve(other))) {
            throw new FileAlreadyExistsException(folder.resolve(other).toString());
        }
        return other;
    }

    /** False where another file is there. Nothing is ever written over. */
    private static boolean put(Path file, Path at) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Files.exists(at, LinkOption.NOFOLLOW_LINKS); // moved there before a crash
        }
        try {
            Files.createLink(at, file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return Files.exists(file) && Files.exists(at) && Files.isSameFile(file, at);
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without hard links, or a symbolic one.
            if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            Files.move(file, at);
            return true;
        }
    }

    /** A name that leaves room for what is added to it. */
    private static String fit(String name, String jobId) {
        return name.getBytes(StandardCharsets.UTF_8).length <= MOST_NAME_BYTES
                ? name
                : name.substring(
                                0,
                                name.offsetByCodePoints(0, Math.min(KEPT_CHARS, name.codePointCount(0, name.length()))))
                        + "~" + jobId;
    }

    /** Writes a small file whole or not at all, also where the machine dies. */
    static void write(Path file, byte[] content) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(
                partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        try {
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Removes a directory and what is in it, as far as it can. */
    static void remove(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Why a file cannot be had, for a user. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : String.valueOf(e.getMessage());
    }
}
