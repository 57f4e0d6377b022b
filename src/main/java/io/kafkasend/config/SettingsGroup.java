package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import java.util.List;

/**
 * The settings of one subject, as docs/operate/configuration.md shows them. Immutable.
 *
 * @param subject the heading under which they are documented
 * @param settings in the order in which they are documented
 */
public record SettingsGroup(String subject, List<Setting<?>> settings) {
    /** Keeps the settings as they are now. */
    public SettingsGroup {
        settings = List.copyOf(settings);
    }
}
