package io.kafkasend.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** A tool for Node with its libraries, installed from its lock file into a copy of its own. */
record NodeProject(Path copy, Path directory) {
    /**
     * Installs it, unless it was installed from the same lock file before.
     *
     * @param source the tool's files
     * @param copy where it is installed
     * @param directory where its commands run
     * @param without what is not looked at where it cannot be installed
     * @throws TestAbortedException where it cannot be, unless {@code EXAMPLES_REQUIRED} says that it has to be
     */
    static NodeProject install(Path source, Path copy, Path directory, String without)
            throws IOException, InterruptedException {
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path installed = copy.resolve("installed-lock.json");
        Path lock = source.resolve("package-lock.json");
        if (Files.exists(installed) && Files.mismatch(installed, lock) == -1) {
            return new NodeProject(copy, directory);
        }
        String line = without + ": ";
        try {
            ProcessRun npm = ProcessRun.of(
                    directory,
                    Map.of(),
                    List.of("npm", "ci", "--silent", "--no-fund", "--no-audit", "--prefix", copy.toString()));
            if (npm.exitCode() == 0) {
                Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
                return new NodeProject(copy, directory);
            }
            line += npm.output();
        } catch (IOException e) {
            line += e.getMessage(); // no npm
        }
        if ("true".equals(System.getenv("EXAMPLES_REQUIRED"))) {
            throw new AssertionError(line);
        }
        System.out.println(line);
        throw new TestAbortedException(line);
    }

    /** Runs one of its scripts with these words. */
    ProcessRun run(String script, List<String> words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("node", copy.resolve(script).toString()));
        command.addAll(words);
        return ProcessRun.of(directory, Map.of(), command);
    }
}
