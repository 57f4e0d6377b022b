package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.ChildJvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages of KafkaSend that lack a part of it, as processes with a smaller class path. */
class PartTest {
    @TempDir
    Path directory;

    @Test
    void withoutTheBrokerItsCommandsAreNotListedAndOneThatIsTypedSaysWhere() throws Exception {
        // When
        String help = run(withoutBroker(), "--help");
        String typed = run(withoutBroker(), "demo", "--keep");

        // Then
        assertThat(help)
                .startsWith("0 ")
                .contains("send-request", "portal", "sample-api")
                .doesNotContain("\n  demo", "\n  broker", "\n  bench", "\n  soak");
        assertThat(typed)
                .isEqualTo("1 kafkasend: 'demo' is not in this package, which comes without the embedded broker;"
                        + " the whole KafkaSend has it\n");
    }

    @Test
    void withoutThePortalOnlyWhatSendsAndLooksIsLeft() throws Exception {
        // Given
        String commands = withoutPortal();

        // When
        String help = run(commands, "--help");
        String typed = run(commands, "portal", "--check");
        String sent = run(commands, "send-request", "--help");

        // Then
        assertThat(help)
                .startsWith("0 ")
                .contains("send-request", "topics", "doctor")
                .doesNotContain("\n  portal", "Run a gateway", "Try it out");
        assertThat(typed)
                .isEqualTo("1 kafkasend: 'portal' is not in this package, which comes without portal and gateway;"
                        + " the whole KafkaSend has it\n");
        assertThat(sent).startsWith("0 ").contains("--endpoint");
    }

    private static String run(String classPath, String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(ChildJvm.command(List.of("-XX:TieredStopAtLevel=1")));
        command.set(command.indexOf("-cp") + 1, classPath);
        command.add(KafkaSend.class.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return process.waitFor() + " " + said;
    }

    private static List<String> classPath() {
        return List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    }

    private static String withoutBroker() {
        return classPath().stream()
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("kafka_2.13-"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Our classes but the portal's, and no library of Camel's. */
    private String withoutPortal() throws Exception {
        for (String entry : classPath()) {
            Path root = Path.of(entry, "io/kafkasend");
            if (!Files.exists(root.resolve("cli/KafkaSend.class"))) {
                continue;
            }
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String name = root.relativize(file).toString();
                    if (!name.matches("(bench|dev|gateway|http|management|oauth|portal)/.*")
                            || name.startsWith("portal/ledger/")) {
                        Path copy = directory.resolve("io/kafkasend").resolve(name);
                        Files.createDirectories(copy.getParent());
                        Files.copy(file, copy);
                    }
                }
            }
        }
        return directory
                + classPath().stream()
                        .filter(entry ->
                                entry.endsWith(".jar") && !entry.contains("camel") && !entry.contains("kafka_2.13"))
                        .map(entry -> File.pathSeparator + entry)
                        .collect(Collectors.joining());
    }
}
