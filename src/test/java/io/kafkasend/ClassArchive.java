package io.kafkasend;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the archive (class data sharing) of the classes of brokers, portals and commands, for the processes that integration
 * tests start. The build runs it beside the first of those tests. A JVM that cannot make one makes none.
 */
final class ClassArchive {
    private static final long SECONDS = 300;

    private ClassArchive() {}

    /**
     * Makes it.
     *
     * @param arguments the packaged jar, whose libraries are beside it
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path jar = Path.of(arguments[0]);
        Path list = jar.resolveSibling("test-classes.list");
        Path made = jar.resolveSibling("test-classes." + ProcessHandle.current().pid());
        Files.deleteIfExists(of(jar));
        String tests = jar.resolveSibling("test-classes").toString();
        run(
                "-XX:DumpLoadedClassList=" + list,
                "-cp",
                classPath(jar) + File.pathSeparator + tests,
                LoadedClasses.class.getName());
        run("-Xshare:dump", "-XX:SharedClassListFile=" + list, "-XX:SharedArchiveFile=" + made, "-cp", classPath(jar));
        if (Files.exists(made)) {
            Files.move(made, of(jar), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Where it is, if it is. */
    static Path of(Path jar) {
        return jar.resolveSibling("test-classes.jsa");
    }

    /** What it is the archive of; whoever uses it may have more behind this. */
    static String classPath(Path jar) {
        return String.join(
                File.pathSeparator,
                jar.toString(),
                jar.resolveSibling("lib") + "/*",
                jar.resolveSibling("dev-lib") + "/*");
    }

    private static void run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:disable",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly)); // Maven ends this when it ends
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
