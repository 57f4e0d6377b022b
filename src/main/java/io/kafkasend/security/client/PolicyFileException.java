package io.kafkasend.security.client;

import java.util.List;

/** A file of policies that cannot be taken. */
public final class PolicyFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    PolicyFileException(List<String> faults) {
        super(String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    /** One line for each fault: the line's number, the path, what was got, what is accepted; without the file's name. */
    public List<String> faults() {
        return faults;
    }
}
