package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

    private String launch(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("bash", home.resolve("kafkasend").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder launcher = new ProcessBuilder(command).redirectErrorStream(true);
        launcher.environment().put("JAVA_HOME", home.resolve("java").toString());
        Process process = launcher.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() + " "
                + said.lines().reduce((first, last) -> last).orElse("");
    }

    @Test
    void helpIsPrintedWithoutAJvmOnceItsBuildHasWrittenItDown() throws Exception {
        // Given: a Java that writes the help where it is asked to, as the build does
        executable("kafkasend", Files.readString(Path.of("kafkasend")));
        executable("mvnw", "#!/bin/sh\necho new > target/kafkasend-0.1.0.jar\n");
        executable(
                "java/bin/java",
                "#!/bin/sh\nfor each; do case \"$each\" in -Dkafkasend.help=*) echo written > \"${each#*=}/help\";; esac; done\n");
        Files.createDirectories(home.resolve("src/main"));
        Files.writeString(home.resolve("pom.xml"), "new");
        assertThat(launch("--version")).startsWith("0 ");

        // When
        executable("java/bin/java", "#!/bin/sh\necho \"a JVM for $*\"\nexit 7\n");

        // Then
        assertThat(launch("--help")).isEqualTo("0 written");
        assertThat(launch("-h")).isEqualTo("0 written");
        assertThat(launch("help")).isEqualTo("0 written");
        assertThat(launch("help", "topics")).startsWith("7 ").endsWith("help topics");
        assertThat(launch("topics", "--help")).startsWith("7 ");
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
