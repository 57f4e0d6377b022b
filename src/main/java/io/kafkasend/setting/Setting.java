package io.kafkasend.setting;

import java.util.Locale;
import java.util.function.Function;

/**
 * One setting of the portal: its environment variable, its default, how it is read, and what it does. Immutable.
 *
 * @param variable the environment variable
 * @param defaultValue the value when the variable is not set; empty where there is none
 * @param accepts what the variable takes, as it ends the sentence "... takes ..."
 * @param parser reads the text; throws IllegalArgumentException for what it does not accept
 * @param secret whether the value must not be shown
 * @param text what the setting does, in one sentence
 * @param <T> the value's type
 */
public record Setting<T>(
        String variable, String defaultValue, String accepts, Function<String, T> parser, boolean secret, String text) {

    /**
     * The property that routes name: {@code KAFKA_REQUEST_TOPIC} is {@code kafkasend.request-topic}, {@code
     * OAUTH2_CLIENT_ID} is {@code kafkasend.oauth2-client-id}.
     */
    public String property() {
        String name = variable.startsWith("KAFKA_") || variable.startsWith("PORTAL_")
                ? variable.substring(variable.indexOf('_') + 1)
                : variable;
        return "kafkasend." + name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads the setting's text.
     *
     * @throws IllegalArgumentException with one line that names the variable, what it got and what it takes
     */
    public T parse(String value) {
        try {
            return parser.apply(value.strip());
        } catch (IllegalArgumentException e) {
            String got = value.isBlank() ? "is not set" : secret ? "has an unfit value" : "is " + quoted(value);
            String rule = e instanceof UnfitValueException && !value.isBlank() ? ", " + e.getMessage() : "";
            // The cause would quote a secret.
            throw new IllegalArgumentException(
                    variable + " " + got + rule + "; it takes " + accepts, secret ? null : e);
        }
    }

    /** The value as it may be logged. */
    public String shown(String value) {
        return secret ? (value.isBlank() ? "" : "***") : withoutCredentials(value);
    }

    /** Who writes a password into a URL, where it is refused, is not to find it in a log. */
    private static String withoutCredentials(String value) {
        return value.replaceAll("//[^/?#\\s]*@", "//***@");
    }

    /** A value within quotes, its controls replaced and its length bounded, fit for one line. */
    private static String quoted(String value) {
        String printable = withoutCredentials(value).replaceAll("\\p{Cntrl}", "?");
        return "\"" + (printable.length() > 100 ? printable.substring(0, 100) + "..." : printable) + "\"";
    }
}
