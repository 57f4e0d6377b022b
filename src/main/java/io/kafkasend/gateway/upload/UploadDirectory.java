package io.kafkasend.gateway.upload;

import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.PassedHeaders;
import io.kafkasend.gateway.http.RequestHead;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.protocol.SecretHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of uploads, of one gateway at a time: files for their owner only, found again after a restart. No link is followed.
 * Each caller has so many bytes, and all of them together, which an upload claims by its length, or as it grows. Thread-safe.
 */
final class UploadDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UploadDirectory.class);
    private static final Pattern FILE = Pattern.compile("([A-Za-z0-9_-]{22})\\.(head|data|new)");
    private static final int BYTES_OF_ID = 16;
    private static final long MOST_OF_HEAD = 1 << 20;
    private static final int MOST_OF_CALLER = 1_000;
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Path directory;
    private final SecretHeaders secrets;
    private final long bytesOfCaller;
    private final long bytesOfAll;
    private final Duration kept;
    private final InstantSource clock;
    private final FileAttribute<?>[] ownerOnly;
    private final FileChannel lockFile;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final Map<String, Long> claims = new HashMap<>();
    private long claimed; // the sum of them, and under the same lock
    private volatile Instant sweptAt;

    /**
     * Reads what is there.
     *
     * @param secrets which headers of requests are not kept
     * @param bytesOfCaller how many bytes the uploads of one caller may have
     * @param bytesOfAll how many those of all callers may have
     * @param kept how long an upload is kept from its beginning
     * @throws IOException in one line, where the directory cannot be used
     */
    UploadDirectory(
            Path directory,
            SecretHeaders secrets,
            long bytesOfCaller,
            long bytesOfAll,
            Duration kept,
            InstantSource clock)
            throws IOException {
        this.directory = directory;
        this.secrets = secrets;
        this.bytesOfCaller = Math.min(bytesOfCaller, bytesOfAll);
        this.bytesOfAll = bytesOfAll;
        this.kept = kept;
        this.clock = clock;
        this.sweptAt = clock.instant();
        this.ownerOnly = directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        this.lockFile = lock();
        try {
            readAll();
        } catch (IOException e) {
            lockFile.close();
            throw e;
        }
    }

    private FileChannel lock() throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(".lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                ownerOnly);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            LOG.trace("by a gateway of this process", e);
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another gateway uses it, and each takes one of its own");
        }
        return channel;
    }

    private void readAll() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher name = FILE.matcher(file.getFileName().toString());
                if (name.matches() && name.group(2).equals("head")) {
                    read(name.group(1));
                }
            }
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher name = FILE.matcher(file.getFileName().toString());
                if (name.matches()
                        && (!uploads.containsKey(name.group(1)) || name.group(2).equals("new"))) {
                    Files.deleteIfExists(file); // what a gateway that died has left
                }
            }
        }
        if (!uploads.isEmpty()) {
            LOG.atInfo().addKeyValue("uploads", uploads.size()).log("uploads were found again");
        }
    }

    private void read(String id) throws IOException {
        Path file = file(id, "head");
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_OF_HEAD) {
            return;
        }
        Optional<UploadHead> head = UploadHead.of(Files.readString(file, StandardCharsets.UTF_8));
        if (head.isEmpty() || !head.get().expires().isAfter(clock.instant())) {
            return;
        }
        UploadHead known = head.get();
        long offset;
        if (known.sent().isPresent()) {
            offset = known.sent().getAsLong();
            deleteData(id);
        } else if (Files.isRegularFile(data(id), LinkOption.NOFOLLOW_LINKS)) {
            offset = Files.size(data(id));
        } else {
            return;
        }
        if (offset > known.length().orElse(Long.MAX_VALUE)) {
            return;
        }
        long own =
                known.sent().isPresent() ? 0 : Math.max(offset, known.length().orElse(0));
        synchronized (claims) {
            claims.merge(known.caller(), own, Long::sum);
            claimed += own;
        }
        uploads.put(id, new Upload(id, this, known, offset, own));
    }

    /**
     * Begins an upload.
     *
     * @param length in bytes, where it is known
     * @throws RefusedException where the caller has no room for it, or the disk fails
     */
    Upload create(String callerName, RequestHead request, OptionalLong length) throws RefusedException {
        String caller = sha256(callerName);
        makeRoom(caller);
        List<HeaderField> headers = PassedHeaders.of(request, secrets).stream()
                .filter(field -> !field.name().toLowerCase(Locale.ROOT).startsWith("upload-"))
                .toList();
        UploadHead head = new UploadHead(
                caller,
                request.method(),
                request.target(),
                headers,
                clock.instant().plus(kept),
                length,
                OptionalLong.empty());
        claim(caller, length.orElse(0));
        byte[] bytes = new byte[BYTES_OF_ID];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try {
            Files.createFile(data(id), ownerOnly);
            write(id, head);
        } catch (IOException e) {
            deleteData(id);
            release(caller, length.orElse(0));
            throw failed(e);
        }
        Upload upload = new Upload(id, this, head, 0, length.orElse(0));
        uploads.put(id, upload);
        return upload;
    }

    private void makeRoom(String caller) throws RefusedException {
        List<Upload> own = uploads.values().stream()
                .filter(upload -> upload.caller().equals(caller))
                .sorted(Comparator.comparing(Upload::expires))
                .toList();
        if (own.size() >= MOST_OF_CALLER && own.stream().noneMatch(Upload::makesRoom)) {
            throw new RefusedException(
                    GatewayError.CALLER_BUSY, "this caller has " + MOST_OF_CALLER + " uploads, and may have no more");
        }
    }

    /**
     * The upload of this name.
     *
     * @throws RefusedException where this caller has none
     */
    Upload find(String callerName, String id) throws RefusedException {
        Upload upload = uploads.get(id);
        if (upload == null || !upload.caller().equals(sha256(callerName))) {
            throw unknown();
        }
        upload.expire(clock.instant());
        if (!uploads.containsKey(id)) {
            throw unknown();
        }
        return upload;
    }

    static RefusedException unknown() {
        return new RefusedException(GatewayError.UPLOAD_UNKNOWN, "nothing is known of it for this caller");
    }

    static RefusedException failed(IOException failure) {
        LOG.atWarn().addKeyValue("reason", failure.toString()).log("an upload cannot be kept");
        return new RefusedException(
                GatewayError.KEEPING_FAILED, "the disk on which the gateway keeps uploads is full, or fails");
    }

    /** The most bytes that one caller's uploads may have. */
    long bytesOfCaller() {
        return bytesOfCaller;
    }

    /** How many seconds an upload has left. */
    long secondsLeft(Upload upload) {
        return Math.max(0, Duration.between(clock.instant(), upload.expires()).toSeconds());
    }

    /** How many seconds a new one has. */
    long seconds() {
        return kept.toSeconds();
    }

    /** Takes bytes of a caller's share, and of all callers'. */
    void claim(String caller, long bytes) throws RefusedException {
        synchronized (claims) {
            long before = claims.getOrDefault(caller, 0L);
            if (bytes > bytesOfCaller - before) {
                throw new RefusedException(
                        GatewayError.BODY_TOO_LARGE,
                        "this caller's uploads may have " + bytesOfCaller + " bytes at once; others of it have "
                                + before);
            }
            if (bytes > bytesOfAll - claimed) {
                throw new RefusedException(
                        GatewayError.KEEPING_FAILED,
                        "all callers' uploads may have " + bytesOfAll
                                + " bytes at once, and have too many of them now");
            }
            claims.put(caller, before + bytes);
            claimed += bytes;
        }
    }

    void release(String caller, long bytes) {
        synchronized (claims) {
            long before = claims.getOrDefault(caller, 0L);
            claimed -= Math.min(before, bytes);
            if (before > bytes) {
                claims.put(caller, before - bytes);
            } else {
                claims.remove(caller);
            }
        }
    }

    /** Drops what has expired, once in a while. */
    void sweep() {
        Instant now = clock.instant();
        if (Duration.between(sweptAt, now).compareTo(SWEEP) > 0) {
            sweptAt = now;
            uploads.values().forEach(upload -> upload.expire(now));
        }
    }

    void remove(Upload upload, String caller, long claimed) {
        uploads.remove(upload.id());
        release(caller, claimed);
        delete(file(upload.id(), "head")); // first: data without a head is nothing
        deleteData(upload.id());
    }

    void deleteData(String id) {
        delete(data(id));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("reason", e.toString()).log("a file of an upload cannot be deleted");
        }
    }

    /** Writes a head so that there is always a whole one. */
    void write(String id, UploadHead head) throws IOException {
        Path next = file(id, "new");
        Files.deleteIfExists(next);
        try (FileChannel channel =
                FileChannel.open(next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
            ByteBuffer text = ByteBuffer.wrap(head.text().getBytes(StandardCharsets.UTF_8));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(false);
        }
        Files.move(next, file(id, "head"), StandardCopyOption.ATOMIC_MOVE);
    }

    Path data(String id) {
        return file(id, "data");
    }

    private Path file(String id, String kind) {
        return directory.resolve(id + "." + kind);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Leaves the directory to another gateway. */
    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
