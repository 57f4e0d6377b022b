package io.kafkasend.tls;

import java.io.IOException;
import java.nio.file.Path;

/** A PEM file that cannot be used. The message is one line: the file, and what is wrong with it; never what it holds. */
public final class PemException extends IOException {

    /**
     * @param file the file at fault
     * @param fault what is wrong with it, as a sentence goes on after the file's name
     */
    public PemException(Path file, String fault) {
        super(file + " " + fault);
    }
}
