package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Settings as they were read: what each is, and how it may be shown. Not thread-safe while it is read.
 *
 * @param values by setting; without those that have a fault
 * @param shown each variable with its value as it may be logged
 * @param usual the variables that are as by default
 * @param faults one line for each
 */
record ReadSettings(Map<Setting<?>, Object> values, Map<String, String> shown, Set<String> usual, List<String> faults) {
    /**
     * Reads each once.
     *
     * @param mayBeEmpty those of which an empty text is not the default
     * @param source the text of a setting, or null where it is not set
     */
    static ReadSettings of(
            List<Setting<?>> all, Predicate<Setting<?>> mayBeEmpty, Function<Setting<?>, String> source) {
        ReadSettings read =
                new ReadSettings(new LinkedHashMap<>(), new LinkedHashMap<>(), new HashSet<>(), new ArrayList<>());
        for (Setting<?> setting : all) {
            String given = source.apply(setting);
            String value =
                    given == null || given.isBlank() && !setting.defaultValue().isEmpty() && !mayBeEmpty.test(setting)
                            ? setting.defaultValue()
                            : given;
            read.take(setting, value);
        }
        return read;
    }

    private void take(Setting<?> setting, String value) {
        try {
            values.put(setting, setting.parse(value));
            shown.put(setting.variable(), setting.shown(value));
            if (isDefault(setting, value, values.get(setting))) {
                usual.add(setting.variable());
            }
        } catch (IllegalArgumentException e) {
            faults.add(e.getMessage());
        }
    }

    /** The value of a setting that has no fault. */
    @SuppressWarnings("unchecked") // take() puts what the setting's own parser gave
    <T> T get(Setting<T> setting) {
        return (T) values.get(setting);
    }

    /** Those that are not as by default, in their order. */
    Map<String, String> changed() {
        Map<String, String> changed = new LinkedHashMap<>(shown);
        changed.keySet().removeAll(usual);
        return changed;
    }

    private static boolean isDefault(Setting<?> setting, String value, Object parsed) {
        if (value == null || value.strip().equals(setting.defaultValue())) {
            return true;
        }
        return !setting.defaultValue().isEmpty()
                && setting.parse(setting.defaultValue()).equals(parsed); // written in another way
    }

    /** Names no value that may not be logged. */
    @Override
    public String toString() {
        return shown.toString();
    }
}
