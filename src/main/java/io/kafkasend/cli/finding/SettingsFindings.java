package io.kafkasend.cli.finding;

import io.kafkasend.config.UnknownSettings.Unknown;
import java.util.ArrayList;
import java.util.List;

/** What the checks of portal, gateway and outbox say of their settings, which are without a fault. */
public final class SettingsFindings {
    private SettingsFindings() {}

    /**
     * The findings.
     *
     * @param all how many settings there are
     * @param changed how many of them are not as by default
     * @param unknown variables that look like settings
     */
    public static List<Finding> of(int all, int changed, List<Unknown> unknown) {
        List<Finding> found = new ArrayList<>();
        found.add(Finding.ok("settings", all + " are good, of which " + changed + " differ from their defaults"));
        unknown.forEach(each -> found.add(
                Finding.warn("settings", each.toString(), "correct its name, or take it away: it has no effect")));
        return found;
    }
}
