package io.kafkasend.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An earlier version of this project, built from its own commit, in a directory of its own that is kept for the next run. */
final class EarlierBuild {
    private static final Path HERE = Path.of("").toAbsolutePath();
    private static final int BUILD_MINUTES = 15;

    private final Path home;

    private EarlierBuild(Path home) {
        this.home = home;
    }

    /**
     * Builds it, unless it was built before.
     *
     * @param commit as git knows it: a tag, a branch, a hash
     */
    static EarlierBuild of(String commit) throws IOException, InterruptedException {
        String id =
                run(HERE, "git", "rev-parse", "--verify", commit + "^{commit}").strip();
        Path home = HERE.resolve("target/upgrade").resolve(id);
        if (!Files.isRegularFile(home.resolve("target/app"))) {
            Files.createDirectories(home);
            Path archive = home.resolve("source.tar");
            run(HERE, "git", "archive", "--output", archive.toString(), id);
            run(home, "tar", "-xf", archive.toString());
            run(home, "./kafkasend", "--version");
        }
        return new EarlierBuild(home);
    }

    /** What its portals run with. */
    String classPath() throws IOException {
        Path app = home.resolve("target")
                .resolve(Files.readString(home.resolve("target/app")).strip());
        return app.resolve("kafkasend-0.1.0.jar") + ":" + app.resolve("lib") + "/*";
    }

    private static String run(Path directory, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("upgrade", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean ended = process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES);
            String said = Files.readString(log, StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(List.of(command) + " failed: " + said);
            }
            return said;
        } finally {
            Files.delete(log);
        }
    }
}
