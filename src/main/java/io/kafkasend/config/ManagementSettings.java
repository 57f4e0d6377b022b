package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import io.kafkasend.setting.UnfitValueException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Where health and metrics are asked for. */
public final class ManagementSettings {
    private static final String OFF = "off";
    private static final int MOST = 65_535;

    public static final Setting<OptionalInt> PORT = new Setting<>(
            "PORTAL_MANAGEMENT_PORT",
            "9876",
            "a port from 1 to 65535, 0 for any that is free, or off",
            ManagementSettings::port,
            false,
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

    static final SettingsGroup GROUP = new SettingsGroup("Management port", List.of(PORT, HOST, CONSOLE));

    private ManagementSettings() {}

    private static OptionalInt port(String value) {
        if (value.toLowerCase(Locale.ROOT).equals(OFF)) {
            return OptionalInt.empty();
        }
        if (!value.matches("\\d{1,5}")) {
            throw new UnfitValueException("which is no port");
        }
        int port = Integer.parseInt(value);
        if (port > MOST) {
            throw new UnfitValueException("which is too large");
        }
        return OptionalInt.of(port);
    }
}
