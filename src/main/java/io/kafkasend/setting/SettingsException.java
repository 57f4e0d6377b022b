package io.kafkasend.setting;

import java.util.List;

/** Settings with which nothing starts: every fault, one line each, fit to be shown. */
public final class SettingsException extends Exception {
    private final List<String> faults;

    /**
     * @param faults one line for each
     */
    public SettingsException(List<String> faults) {
        super(String.join("; ", faults), null, false, false);
        this.faults = List.copyOf(faults);
    }

    /** One line for each fault. */
    public List<String> faults() {
        return faults;
    }
}
