package io.kafkasend.bench.testbed;

import io.kafkasend.bench.result.BenchmarkException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * Where a run keeps what it needs.
 *
 * @param work logs and small files
 * @param data the broker's data
 */
public record Directories(Path work, Path data) {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long MEMORY_NEEDED = 6L << 30;
    private static final int TOUCHED_MEBIBYTES = 3_072;

    /**
     * Makes both.
     *
     * @param data where the broker's data is to be; null for memory where there is a file system in it with room, else
     *     the directory for temporary files
     */
    public static Directories make(Path data) {
        try {
            Path parent = data != null ? Files.createDirectories(data) : memoryHasRoom() ? MEMORY : null;
            return new Directories(
                    Files.createTempDirectory("kafkasend-bench-"),
                    parent == null
                            ? Files.createTempDirectory("kafkasend-bench-data-")
                            : Files.createTempDirectory(parent, "kafkasend-bench-data-"));
        } catch (IOException e) {
            throw new BenchmarkException("cannot make a directory: " + e, e);
        }
    }

    /**
     * Has the system find the memory for the broker's data once, and gives it back. On a virtual machine what was never
     * used takes several times as long to write to as what was, and rounds would be measured by how much of it they meet.
     */
    public void touchMemory() {
        if (!data.startsWith(MEMORY)) {
            return;
        }
        Path file = data.resolve("touched");
        byte[] block = new byte[1 << 20];
        try {
            try (OutputStream out = Files.newOutputStream(file)) {
                for (int i = 0; i < TOUCHED_MEBIBYTES; i++) {
                    out.write(block);
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new BenchmarkException("cannot write to " + data + ": " + e, e);
        }
    }

    /** What the broker's data is on, for people. */
    public String dataKind() {
        return data.startsWith(MEMORY) ? "memory (tmpfs)" : "disk";
    }

    public void removeData() {
        remove(data);
    }

    public void removeWork() {
        remove(work);
    }

    private static boolean memoryHasRoom() throws IOException {
        return Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() > MEMORY_NEEDED;
    }

    private static void remove(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new BenchmarkException("cannot remove " + directory + ": " + e, e);
        }
    }
}
