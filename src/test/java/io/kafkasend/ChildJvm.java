package io.kafkasend;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command line of a JVM that a test starts with this project in it. In the build's integration tests that is the jar
 * which was packaged, with {@link ClassArchive} once it is there, by which a start takes two thirds of the processor's
 * time. Elsewhere it is what the test itself runs on. Thread-safe.
 */
public final class ChildJvm {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern IGNORED = Pattern.compile("(?m)^SigIgn:\\s+([0-9a-f]+)$");
    private static final long INTERRUPT = 1 << 1;

    private ChildJvm() {}

    /**
     * Gives the command line of a main class.
     *
     * @param options of the JVM, such as {@code -Xmx64m}
     * @param words the name of a class of the project or of its libraries, and its arguments
     */
    public static List<String> command(List<String> options, String... words) {
        List<String> command = new ArrayList<>(heedsInterrupts());
        command.add(JAVA);
        command.addAll(options);
        String jar = System.getProperty("packaged.jar");
        if (jar == null) {
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        } else {
            command.addAll(archive());
            String tests = Path.of(jar).resolveSibling("test-classes").toString(); // how they log
            command.addAll(List.of("-cp", ClassArchive.classPath(Path.of(jar)) + File.pathSeparator + tests));
        }
        command.addAll(List.of(words));
        return command;
    }

    /** A shell that starts the build in the background has it ignore SIGINT, and with it all that the build starts. */
    private static List<String> heedsInterrupts() {
        try {
            Matcher ignored = IGNORED.matcher(Files.exists(STATUS) ? Files.readString(STATUS) : "");
            return ignored.find() && (Long.parseUnsignedLong(ignored.group(1), 16) & INTERRUPT) != 0
                    ? List.of("env", "--default-signal=INT")
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> archive() {
        String jar = System.getProperty("packaged.jar");
        return jar != null && Files.exists(ClassArchive.of(Path.of(jar)))
                ? List.of("-XX:SharedArchiveFile=" + ClassArchive.of(Path.of(jar)), "-Xlog:cds*=off")
                : List.of();
    }

    /** Options for such a JVM, and for those that it starts on its class path, where all of them live for a minute. */
    public static List<String> shortLived() {
        List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        options.addAll(archive());
        return options;
    }
}
