package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Where health and metrics are asked for. */
public final class ManagementSettings {
    public static final Setting<OptionalInt> PORT = Accepts.portOrOff(
            "PORTAL_MANAGEMENT_PORT",
            "9876",
            "The port of health and metrics; 0 is any that is free, which the log names, off is none. A port that is taken"
                    + " is said in one line, and the portal works without.");
    public static final Setting<String> HOST = new Setting<>(
            "PORTAL_MANAGEMENT_HOST",
            "127.0.0.1",
            Accepts.ADDRESS,
            Accepts::address,
            false,
            "The address at which that port is open; 0.0.0.0 for every one.");

    /** Who may see the console. */
    public enum Viewers {
        /** Whoever is on the portal's own machine. */
        LOCAL,
        /** Whoever reaches the port. */
        ON,
        /** Nobody. */
        OFF
    }

    public static final Setting<Viewers> CONSOLE = new Setting<>(
            "PORTAL_CONSOLE",
            "local",
            "one of local, on, off",
            value -> Viewers.valueOf(value.toUpperCase(Locale.ROOT)),
            false,
            "Who sees the console at that port: local is whoever is on the portal's own machine, on is whoever"
                    + " reaches the port, off is nobody.");

    public static final Setting<Boolean> CONSOLE_ACTIONS = Accepts.flag(
            "PORTAL_CONSOLE_ACTIONS",
            false,
            "Whether whoever may see the console may also cancel jobs there; false changes nothing.");

    static final SettingsGroup GROUP =
            new SettingsGroup("Management port", List.of(PORT, HOST, CONSOLE, CONSOLE_ACTIONS));

    private ManagementSettings() {}
}
