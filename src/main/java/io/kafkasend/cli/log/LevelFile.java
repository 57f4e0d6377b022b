package io.kafkasend.cli.log;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.setting.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that names how much is logged, while it is there: so the level of a portal that runs can be changed, where nobody can reach
 * it but who may write that file. Looked at every other second, by content, so that a file that is put in another's place counts, too.
 * Follows links, as mounted configuration is made of them. Thread-safe.
 */
public final class LevelFile {
    private static final Logger LOG = LoggerFactory.getLogger(LevelFile.class);
    private static final int LOOK_SECONDS = 2;
    /** No level has as many characters. */
    private static final int MOST_BYTES = 32;

    private final Path file;
    private final Setting<String> level;
    private final String usual;
    private final Consumer<String> apply;
    private String current;
    private String fault = "";

    /**
     * @param file may come and go
     * @param level says what is a level
     * @param usual the level without the file
     * @param apply sets a level
     */
    public LevelFile(Path file, Setting<String> level, String usual, Consumer<String> apply) {
        this.file = file;
        this.level = level;
        this.usual = usual;
        this.apply = apply;
        this.current = usual;
    }

    /** Looks from now on, until the process ends. */
    public void watch() {
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads("kafkasend-log-level"))
                .scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** Looks once. */
    synchronized void look() {
        try {
            String named = read();
            change(named.isBlank() ? usual : level.parser().apply(named.strip()));
            fault = "";
        } catch (IOException e) {
            tellOnce("it cannot be read");
        } catch (RuntimeException e) {
            tellOnce("it takes " + level.accepts());
        }
    }

    private String read() throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("no regular file"); // a pipe would be waited for
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        }
    }

    private void change(String wanted) {
        if (wanted.equals(current)) {
            return;
        }
        boolean heard = LOG.isInfoEnabled(); // else the new level may let the line through
        if (heard) {
            tell(wanted);
        }
        apply.accept(wanted);
        if (!heard) {
            tell(wanted);
        }
        current = wanted;
    }

    private void tell(String wanted) {
        LOG.atInfo()
                .addKeyValue("file", file)
                .addKeyValue("from", current)
                .addKeyValue("to", wanted)
                .log("the log level has changed");
    }

    private void tellOnce(String why) {
        if (!why.equals(fault)) {
            LOG.atWarn().addKeyValue("file", file).addKeyValue("reason", why).log("the log level stays as it is");
        }
        fault = why;
    }
}
