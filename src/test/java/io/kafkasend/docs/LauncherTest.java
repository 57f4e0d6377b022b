package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, with a build and a Java that do next to nothing. */
@Timeout(60)
class LauncherTest {
    @TempDir
    Path home;

    private Path executable(String name, String script) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aBuildLeavesTheFilesOfWhatIsRunningAsTheyAre() throws Exception {
        // Given: sources that are newer than the jar, and somebody who has the jar open, as a portal has
        executable("kafkasend", Files.readString(Path.of("kafkasend")));
        executable("mvnw", "#!/bin/sh\necho new > target/kafkasend-0.1.0.jar\n");
        executable("java/bin/java", "#!/bin/sh\nexit 0\n");
        Files.createDirectories(home.resolve("src/main"));
        Files.writeString(home.resolve("pom.xml"), "changed");
        Path jar = home.resolve("target/kafkasend-0.1.0.jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "old");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
        Path open = Files.createLink(home.resolve("open"), jar);

        // When
        ProcessBuilder launcher = new ProcessBuilder(
                        "bash", home.resolve("kafkasend").toString(), "--version")
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile());
        launcher.environment().put("JAVA_HOME", home.resolve("java").toString());
        Process process = launcher.start();

        // Then
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(home.resolve("log")))
                .isZero();
        assertThat(jar).content().isEqualTo("new\n");
        assertThat(open).content().isEqualTo("old");
    }
}
