package io.kafkasend.portal.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    @TempDir
    Path directory;

    /** The spool's open files; they have no name in the directory, so the system is asked. */
    private List<Path> openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        assumeThat(descriptors).isDirectory();
        List<Path> open = new ArrayList<>();
        try (Stream<Path> all = Files.list(descriptors)) {
            for (Path descriptor : all.toList()) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).startsWith(directory.toRealPath())) {
                    open.add(descriptor);
                }
            }
        }
        return open;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void givesBackWhatCameInAnyOrderAndAsOftenAsAsked() throws IOException {
        // Given
        Random random = new Random(17);
        List<byte[]> chunks = IntStream.range(0, 40)
                .mapToObj(i -> {
                    byte[] data = new byte[random.nextInt(5_000)];
                    random.nextBytes(data);
                    return data;
                })
                .toList();
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, chunks.size()).boxed().toList());
        Collections.shuffle(order, random);

        try (Spool spool = Spool.in(directory);
                SpooledStore store = spool.create()) {
            // When
            for (int place : order) {
                store.put(place, chunks.get(place));
            }

            // Then
            for (int round = 0; round < 2; round++) {
                for (int place = 0; place < chunks.size(); place++) {
                    assertThat(store.chunk(place)).isEqualTo(chunks.get(place));
                }
            }
            assertThat(store.chunks()).isEqualTo(chunks.size());
            assertThat(store.bytes())
                    .isEqualTo(chunks.stream().mapToLong(data -> data.length).sum());
        }
    }

    @Test
    void theFileIsTheOwnersAloneAndTellsNothing() throws IOException {
        try (Spool spool = Spool.in(directory);
                SpooledStore store = spool.create()) {
            // When
            store.put(0, "a secret of a client".getBytes(StandardCharsets.UTF_8));
            store.put(1, "a secret of a client".getBytes(StandardCharsets.UTF_8));

            // Then
            assertThat(names()).isEmpty();
            Path file = openFiles().get(0);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            byte[] bytes = Files.readAllBytes(file);
            assertThat(bytes).hasSize(2 * (20 + 16));
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("secret", "client");
            assertThat(ByteBuffer.wrap(bytes, 0, 36)).isNotEqualTo(ByteBuffer.wrap(bytes, 36, 36));
        }
    }

    @Test
    void doesNotGiveBackWhatWasChangedOnDisk() throws IOException {
        try (Spool spool = Spool.in(directory);
                SpooledStore store = spool.create()) {
            // Given
            store.put(0, new byte[100]);
            store.put(1, new byte[100]);
            ByteBuffer changed = ByteBuffer.allocate(1);
            try (FileChannel file =
                    FileChannel.open(openFiles().get(0), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                // When
                file.read(changed, 50);
                changed.put(0, (byte) (changed.get(0) ^ 1)).flip();
                file.write(changed, 50);
                file.truncate(200);
            }

            // Then
            assertThatThrownBy(() -> store.chunk(0)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> store.chunk(1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void leavesNothingOpenOrBehind() throws IOException {
        // Given
        Spool spool = Spool.in(directory);
        SpooledStore one = spool.create();
        spool.create().put(0, new byte[10]);
        assertThat(spool.bodies()).isEqualTo(2);

        // When
        one.close();
        assertThat(spool.bodies()).isEqualTo(1);
        spool.close();

        // Then
        assertThat(spool.bodies()).isZero();
        assertThat(names()).isEmpty();
        assertThat(openFiles()).isEmpty();
        assertThatThrownBy(() -> one.chunk(0)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> one.put(0, new byte[1])).isInstanceOf(IOException.class);
    }

    @Test
    void removesAtStartWhatACrashHasLeftAndNothingElse() throws IOException {
        // Given
        Files.createFile(directory.resolve("kafkasend-spool-1.body"));
        Files.createFile(directory.resolve("kafkasend-1.body"));
        Files.createDirectory(directory.resolve("kafkasend-spool-2.body"));

        // When
        Spool.in(directory).close();

        // Then
        assertThat(names()).containsExactlyInAnyOrder("kafkasend-1.body", "kafkasend-spool-2.body");
    }
}
