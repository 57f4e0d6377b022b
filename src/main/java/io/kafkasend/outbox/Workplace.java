package io.kafkasend.outbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process has of an outbox's files: a directory of its own in {@code .sending}, whose lock the system lets go of when the
 * process ends, however it does. A file is claimed by a rename into it, which one of several outboxes can do. What a process has left
 * is taken over by any other, once it has the lock. Thread-safe.
 */
final class Workplace implements AutoCloseable {
    /** What ends a name that a sidecar has. */
    static final String SIDECAR = ".request";

    private static final Logger LOG = LoggerFactory.getLogger(Workplace.class);
    private static final Pattern PARTIAL = Pattern.compile("\\..*|.*(~|\\.(part|partial|filepart|crdownload|tmp))");
    private static final String LOCK = "lock";
    private static final String OVER = ".over";
    private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();
    private static final int MOST_WAITING = 1_000;

    private record Look(long size, long modified, long sinceNanos) {}

    private record Due(Parcel parcel, long atNanos) {}

    private final Folders folders;
    private final long quietNanos;
    private final boolean sidecars;
    private final Deque<Parcel> left = new ArrayDeque<>();
    private final Deque<String> ready = new ArrayDeque<>();
    private final List<Path> claimed = new ArrayList<>();
    private final PriorityQueue<Due> waiting = new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));
    private final Map<String, Look> seen = new HashMap<>();
    private Path own;
    private FileChannel lock;
    private long lookedNanos;
    private boolean looked;
    private String trouble = "";
    private String unreadable = "";

    /**
     * @param quiet how long a file must not have changed
     * @param sidecars whether some files are of others
     */
    Workplace(Folders folders, Duration quiet, boolean sidecars) {
        this.folders = folders;
        this.quietNanos = quiet.toNanos();
        this.sidecars = sidecars;
    }

    /**
     * Makes the folders, and the directory of this process.
     *
     * @throws IOException whose message says, for a user, what cannot be written
     */
    synchronized void open() throws IOException {
        folders.make();
        while (own == null) {
            Path mine = folders.sending().resolve(UUID.randomUUID().toString());
            Files.createDirectory(mine);
            try {
                FileChannel channel =
                        FileChannel.open(mine.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (channel.tryLock() != null && Files.exists(mine.resolve(LOCK))) {
                    own = mine;
                    lock = channel;
                } else {
                    channel.close();
                }
            } catch (NoSuchFileException e) {
                LOG.debug("another outbox took {} for one that was left", mine);
            }
        }
    }

    /** The next file to go on with: one that has waited, one that was left, or a new one. Never waits. */
    synchronized Optional<Parcel> next() {
        long now = System.nanoTime();
        if (!waiting.isEmpty() && waiting.peek().atNanos() - now <= 0) {
            return Optional.of(waiting.poll().parcel());
        }
        if (left.isEmpty() && ready.isEmpty() && (!looked || now - lookedNanos >= LOOK_NANOS)) {
            looked = true;
            lookedNanos = now;
            look(now);
        }
        if (!left.isEmpty()) {
            return Optional.of(left.poll());
        }
        while (!ready.isEmpty() && waiting.size() < MOST_WAITING) {
            Optional<Parcel> claimed = claim(ready.poll());
            if (claimed.isPresent()) {
                return claimed;
            }
        }
        return Optional.empty();
    }

    /** Has a file wait. */
    synchronized void later(Parcel parcel, Duration wait) {
        waiting.add(new Due(parcel, System.nanoTime() + wait.toNanos()));
    }

    /** Of a file nothing is to be kept any more. */
    void over(Parcel parcel) throws IOException {
        // First by a rename: what is half removed would be taken for a file that was never sent.
        Path over = parcel.directory().resolveSibling(parcel.directory().getFileName() + OVER);
        Files.move(parcel.directory(), over, StandardCopyOption.ATOMIC_MOVE);
        Folders.remove(over);
    }

    private void look(long now) {
        try {
            lookForFiles(now);
            for (Path directory : List.copyOf(claimed)) {
                takeUp(directory);
                claimed.remove(directory);
            }
            takeOver();
            if (unreadable.isEmpty()) {
                trouble = "";
            } else {
                told("the name of " + unreadable + " is none in this process's character set; set LC_ALL=C.UTF-8");
            }
        } catch (IOException | DirectoryIteratorException e) {
            told(e instanceof IOException failure ? Folders.reason(failure) : String.valueOf(e.getCause()));
        }
    }

    /** Once for each trouble, and not twice a second. */
    private void told(String reason) {
        if (!reason.equals(trouble)) {
            trouble = reason;
            LOG.atWarn()
                    .addKeyValue("directory", folders.drop())
                    .addKeyValue("reason", reason)
                    .log("the outbox cannot be read or written now");
        }
    }

    private void lookForFiles(long now) throws IOException {
        Map<String, Look> before = new HashMap<>(seen);
        seen.clear();
        unreadable = "";
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folders.drop())) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (folders.isOwn(entry) || PARTIAL.matcher(name).matches() || sidecars && name.endsWith(SIDECAR)) {
                    continue;
                }
                Optional<Look> there = attributes(entry).map(found -> since(found, before.get(name), now));
                if (there.isPresent()) {
                    seen.put(name, there.get());
                    if (now - there.get().sinceNanos() >= quietNanos) {
                        ready.add(name);
                    }
                }
            }
        }
    }

    /** Of what may be claimed: a file, or a link, which is refused then and not left to be looked at for ever. */
    private Optional<BasicFileAttributes> attributes(Path entry) {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return found.isRegularFile() || found.isSymbolicLink() ? Optional.of(found) : Optional.empty();
        } catch (IOException e) {
            if (entry.getFileName().toString().matches(".*[?\uFFFD].*")) {
                unreadable = entry.getFileName().toString();
            }
            return Optional.empty(); // most often it is gone again
        }
    }

    private static Look since(BasicFileAttributes found, Look before, long now) {
        long modified = found.lastModifiedTime().toMillis();
        boolean same = before != null && before.size() == found.size() && before.modified() == modified;
        return new Look(found.size(), modified, same ? before.sinceNanos() : now);
    }

    private Optional<Parcel> claim(String name) {
        Path directory = own.resolve(UUID.randomUUID().toString());
        try {
            Files.createDirectories(Parcel.fileIn(directory, name).getParent());
            try {
                Files.move(
                        folders.drop().resolve(name), Parcel.fileIn(directory, name), StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException e) {
                Folders.remove(directory); // another outbox has it
                return Optional.empty();
            }
            seen.remove(name);
            claimed.add(directory);
            Optional<Parcel> parcel = taken(directory, name);
            claimed.remove(directory);
            return parcel;
        } catch (IOException e) {
            told(Folders.reason(e));
            return Optional.empty();
        }
    }

    /** A parcel with its sidecar, where it is not known yet what is asked. */
    private Optional<Parcel> taken(Path directory, String name) throws IOException {
        Optional<Parcel> parcel = Parcel.in(directory);
        Path sidecar = folders.drop().resolve(name + SIDECAR);
        if (sidecars
                && parcel.isPresent()
                && !parcel.get().isDescribed()
                && !Files.exists(parcel.get().sidecar())
                && Files.exists(sidecar, LinkOption.NOFOLLOW_LINKS)) { // false, too, of a name that is too long
            try {
                Files.move(sidecar, parcel.get().sidecar(), StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException e) {
                return parcel;
            }
        }
        return parcel;
    }

    /** What outboxes have left that are no more. */
    private void takeOver() throws IOException {
        try (DirectoryStream<Path> places = Files.newDirectoryStream(folders.sending())) {
            for (Path place : places) {
                if (!place.equals(own) && Files.isDirectory(place)) {
                    takeOver(place);
                }
            }
        }
    }

    private void takeOver(Path place) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(place.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held == null) {
                return; // its outbox is there
            }
            try (DirectoryStream<Path> parcels = Files.newDirectoryStream(place, Files::isDirectory)) {
                for (Path parcel : parcels) {
                    takeOverOne(parcel);
                }
            }
            Folders.remove(place);
        } catch (OverlappingFileLockException | NoSuchFileException e) {
            // Its outbox is in this process; or another one was first.
        }
    }

    private void takeOverOne(Path parcel) throws IOException {
        Path mine = own.resolve(parcel.getFileName());
        if (parcel.getFileName().toString().endsWith(OVER)) {
            Folders.remove(parcel);
            return;
        }
        Files.move(parcel, mine, StandardCopyOption.ATOMIC_MOVE);
        takeUp(mine);
    }

    /** Goes on with what is in a directory of this process; one in which nothing is goes. */
    private void takeUp(Path directory) throws IOException {
        Optional<Parcel> found = Parcel.in(directory);
        if (found.isEmpty()) {
            Folders.remove(directory);
            return;
        }
        taken(directory, found.get().name()).ifPresent(left::add);
        LOG.atInfo().addKeyValue("file", found.get()).log("goes on with a file that was under way");
    }

    /** Lets go of what is under way, for whoever comes. */
    @Override
    public synchronized void close() {
        if (lock != null) {
            try {
                String[] left = own.toFile().list();
                if (left != null && left.length == 1) { // the lock alone
                    Folders.remove(own);
                }
                lock.close();
            } catch (IOException e) {
                LOG.debug("the lock is not let go of: {}", e.toString());
            }
        }
    }
}
