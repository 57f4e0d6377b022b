package io.kafkasend.cli;

import java.util.ListResourceBundle;

/** What picocli's own options say of themselves, in the words of the others. Immutable. */
final class HelpTexts extends ListResourceBundle {
    @Override
    protected Object[][] getContents() {
        return new Object[][] {
            {"mixinStandardHelpOptions.help", "show this help, and end"},
            {"mixinStandardHelpOptions.version", "show the version, and end"},
            {"helpCommand.help", "show this help, and end"},
            {"helpCommand.command", "the command to show the help of"}
        };
    }
}
