package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.client.SigningKey;
import io.kafkasend.client.SigningKey.Algorithm;
import io.kafkasend.portal.Portal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SDK's artifact, as a project has it that depends on nothing else: {@code sdk/it}, built by Maven. */
@Timeout(240)
class SdkIT {
    private static final Path SOURCE = Path.of("sdk/it");
    private static final Path PROJECT = Path.of("target/sdk-it");
    private static final int FILE_BYTES = 3_000_000;

    @TempDir
    static Path directory;

    private static ConsumerProject project;
    private static String classPath;

    @BeforeAll
    static void build() throws Exception {
        project = ConsumerProject.build(
                SOURCE, PROJECT, Map.of("src/main/java/com/example/ReadmeExample.java", exampleOfReadme()), directory);
        classPath = project.classPath();
    }

    @Test
    void aConsumerGetsEightJars() {
        assertThat(project.jarNames())
                .filteredOn(jar -> !jar.startsWith("logback-"))
                .map(jar -> jar.replaceFirst("-\\d.*", ""))
                .containsExactlyInAnyOrder(
                        "kafkasend-client",
                        "kafka-clients",
                        "slf4j-api",
                        "jackson-core",
                        "jose4j",
                        "zstd-jni",
                        "lz4-java",
                        "snappy-java");
    }

    @Test
    void theJarHoldsClassesOfTheSdkAndNothingOfItsHost() throws IOException {
        // Given
        Path path = project.jars().stream()
                .filter(jar -> jar.getFileName().toString().startsWith("kafkasend-client"))
                .findFirst()
                .orElseThrow();

        // When
        try (JarFile jar = new JarFile(path.toFile())) {
            List<String> files = jar.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(entry -> entry.getName())
                    .filter(name -> !name.startsWith("META-INF/"))
                    .toList();

            // Then
            assertThat(files)
                    .contains("io/kafkasend/client/KafkaSendClient.class")
                    .allMatch(name ->
                            name.matches("io/kafkasend/(client|concurrent|kafka|protocol|setting|tls)/.*\\.class"));
            assertThat(jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
                    .isEqualTo("io.kafkasend.client");
        }
    }

    @Test
    void uploadDownloadAndRefusalWorkAndTheUsersOwnLinesComeInHisFormat() throws Exception {
        try (Stack stack = Stack.start(Map.of())) {
            consumes(classPath, Map.of("KAFKA_BOOTSTRAP_SERVERS", stack.broker.bootstrapServers()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-512", "OAUTHBEARER"})
    void itGetsInByTlsAndSaslAndSigns(String mechanism) throws Exception {
        // Given
        Path keys = Files.createDirectories(directory.resolve("keys"));
        KeyPair pair = SigningKey.generate(Algorithm.ED25519);
        Files.writeString(keys.resolve("sdk.pem"), SigningKey.pem(pair.getPublic()));
        Path key = Files.writeString(directory.resolve("sdk.key"), SigningKey.pem(pair.getPrivate()));
        try (Stack api = Stack.start(Map.of());
                SecureBroker secure = new SecureBroker(directory)) {
            secure.grant(MinimalAcls.documented());
            Map<String, String> portal = new HashMap<>(secure.login(mechanism, "portal"));
            portal.put("PORTAL_USE_OAUTH", "true");
            portal.put("OAUTH2_TOKEN_URL", api.tokens.tokenUrl().toString());
            portal.put("OAUTH2_CLIENT_ID", "portal");
            portal.put("OAUTH2_CLIENT_SECRET", Stack.SECRET);
            portal.put("PORTAL_CLIENT_KEYS", keys.toString());
            portal.put("PORTAL_REQUIRE_SIGNATURE", "true");
            Map<String, String> client = new HashMap<>(secure.login(mechanism, "client"));
            client.put("SIGNING_KEY", key.toString());
            String libraries = mechanism.equals("OAUTHBEARER") ? classPath + ":" + tokenReader() : classPath;

            try (Portal started = SecuredPortal.start(portal, api.api.url().toString())) {
                assertThat(started.context().isStarted()).isTrue();
                consumes(libraries, client);
            }
        }
    }

    @Test
    void tokensForKafkaNeedALibraryThatIsNamedWhereItIsNotThere() throws Exception {
        // When
        ProcessRun run = ProcessRun.java(
                directory,
                classPath,
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", "localhost:1",
                        "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                        "KAFKA_SASL_MECHANISM", "OAUTHBEARER",
                        "KAFKA_OAUTH_TOKEN_URL", "https://login.example.com/token",
                        "KAFKA_OAUTH_CLIENT_ID", "client",
                        "KAFKA_OAUTH_CLIENT_SECRET", "secret"),
                "com.example.Consumer",
                file().toString(),
                directory.resolve("none").toString());

        // Then
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("add com.fasterxml.jackson.core:jackson-databind to the class path");
    }

    @Test
    void readmesExampleRuns() throws Exception {
        try (Stack stack = Stack.start(Map.of())) {
            // When
            ProcessRun run = ProcessRun.java(
                    directory,
                    classPath,
                    Map.of(),
                    "com.example.ReadmeExample",
                    file().toString(),
                    stack.broker.bootstrapServers());

            // Then
            assertThat(run.exitCode()).as(run.output()).isZero();
            assertThat(run.output()).contains("200 {", "\"sha256\":\"" + sha256(Files.readAllBytes(file())) + "\"");
        }
    }

    private static void consumes(String libraries, Map<String, String> environment) throws Exception {
        // Given
        Path taken = directory.resolve("taken.bin");

        // When
        ProcessRun run = ProcessRun.java(
                directory, libraries, environment, "com.example.Consumer", file().toString(), taken.toString());

        // Then
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .contains("the-users-own-format INFO begins\n", "the-users-own-format INFO ends\n")
                .contains("\nupload 200 ", sha256(Files.readAllBytes(file())))
                .contains("\ndownload 200 2000000 attempts 1\n")
                .contains("\nstreamed 200 2000000 true\n")
                .containsPattern("\nrefused .* \\(ENDPOINT_NOT_ALLOWED\\)\n");
        assertThat(taken).hasSize(2_000_000);
    }

    /** README's lines of Java in a class that a user could write around them; its broker is an argument. */
    private static String exampleOfReadme() throws IOException {
        Matcher example = Pattern.compile("```java\n(try \\(KafkaSendClient.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")));
        assertThat(example.find()).as("README's example").isTrue();
        assertThat(example.group(1)).contains("\"localhost:9092\"");
        return """
                package com.example;

                import io.kafkasend.client.*;
                import io.kafkasend.protocol.Method;
                import java.nio.file.Path;

                final class ReadmeExample {
                    public static void main(String[] arguments) {
                        System.out.println(upload(Path.of(arguments[0]), arguments[1]));
                    }

                    private static String upload(Path file, String broker) {
                %s    }
                }
                """.formatted(example.group(1).replace("\"localhost:9092\"", "broker"));
    }

    /** What Kafka's client reads tokens by, as the project has it. */
    private static String tokenReader() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target/lib"))) {
            return files.filter(file -> file.getFileName().toString().matches("jackson-(databind|annotations)-.*"))
                    .map(file -> file.toAbsolutePath().toString())
                    .collect(Collectors.joining(":"));
        }
    }

    private static Path file() throws IOException {
        Path file = directory.resolve("photo.bin");
        if (!Files.exists(file)) {
            byte[] bytes = new byte[FILE_BYTES];
            new Random(5).nextBytes(bytes);
            Files.write(file, bytes);
        }
        return file;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
