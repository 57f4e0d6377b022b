package io.kafkasend.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** A client of {@code examples/}, with its interpreter and the libraries that its own files name, in {@code target/examples}. */
enum ExampleClient {
    PYTHON("requirements.txt", "venv/bin/python", "client.py") {
        @Override
        List<List<String>> steps() {
            return List.of(
                    List.of("python3", "-m", "venv", "venv"),
                    List.of("venv/bin/python", "-m", "pip", "install", "--quiet", "-r", "requirements.txt"));
        }
    },
    NODE("package-lock.json", "node", "client.js") {
        @Override
        List<List<String>> steps() {
            return List.of(List.of("npm", "ci", "--silent", "--no-fund", "--no-audit"));
        }
    };

    private static final long INSTALL_SECONDS = 180;
    private static final long RUN_SECONDS = 60;

    private final String libraries;
    private final String interpreter;
    private final String program;

    ExampleClient(String libraries, String interpreter, String program) {
        this.libraries = libraries;
        this.interpreter = interpreter;
        this.program = program;
    }

    /** What makes the interpreter and its libraries ready, in the client's directory. */
    abstract List<List<String>> steps();

    /** A run that has ended. */
    record Run(int exitCode, byte[] out, String err) {
        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }
    }

    /** A run that has begun. */
    record Running(Process process, Path out, Path err) {
        /** Waits for its end. */
        Run end() {
            try {
                if (!process.waitFor(RUN_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("it does not end: " + Files.readString(err));
                }
                return new Run(process.exitValue(), Files.readAllBytes(out), Files.readString(err));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /**
     * Installs what is not installed yet.
     *
     * @throws TestAbortedException where the interpreter or the network is not there, unless {@code EXAMPLES_REQUIRED} says that
     *     they have to be
     */
    void prepare() throws IOException, InterruptedException {
        Path directory = directory();
        Path done = directory.resolve("done");
        String wanted = Files.readString(source().resolve(libraries));
        copySources();
        if (Files.exists(done) && Files.readString(done).equals(wanted)) {
            return;
        }
        for (List<String> step : steps()) {
            Optional<String> failure = run(step);
            if (failure.isPresent()) {
                String line = "the " + name().toLowerCase(java.util.Locale.ROOT) + " example is not run: "
                        + String.join(" ", step) + ": " + failure.get();
                if ("true".equals(System.getenv("EXAMPLES_REQUIRED"))) {
                    throw new AssertionError(line);
                }
                System.out.println(line);
                throw new TestAbortedException(line);
            }
        }
        Files.writeString(done, wanted);
    }

    /** Why the step failed; empty where it did not. */
    private Optional<String> run(List<String> step) throws IOException, InterruptedException {
        Path log = directory().resolve("install.log");
        try {
            Process process = new ProcessBuilder(step)
                    .directory(directory().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of("no end within " + INSTALL_SECONDS + " seconds");
            }
            return process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of("exit code " + process.exitValue() + ", see " + log);
        } catch (IOException e) {
            return Optional.of(e.getMessage()); // no such interpreter
        }
    }

    /** Starts the client, as its documentation says. */
    Running start(Path scratch, Map<String, String> environment, String... arguments) throws IOException {
        List<String> words = new ArrayList<>();
        Path own = directory().resolve(interpreter);
        words.add(Files.exists(own) ? own.toAbsolutePath().toString() : interpreter);
        words.add(directory().resolve(program).toAbsolutePath().toString());
        words.addAll(Arrays.asList(arguments));
        Path out = Files.createTempFile(scratch, "example", ".out");
        Path err = Files.createTempFile(scratch, "example", ".err");
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KAFKA"));
        builder.environment().putAll(environment);
        return new Running(builder.start(), out, err);
    }

    private void copySources() throws IOException {
        Files.createDirectories(directory());
        try (var files = Files.list(source())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory().resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path source() {
        return Path.of("examples", name().toLowerCase(java.util.Locale.ROOT));
    }

    private Path directory() {
        return Path.of("target", "examples", name().toLowerCase(java.util.Locale.ROOT));
    }
}
