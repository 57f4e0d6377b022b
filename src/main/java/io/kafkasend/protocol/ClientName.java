package io.kafkasend.protocol;

import java.util.regex.Pattern;

/** What a client may be called: {@code client_id} of a request, and the file name of its key. */
public final class ClientName {
    /** The form of such a name, as it ends a sentence. */
    public static final String FORM = "1 to 64 letters, digits, '.', '_' and '-', the first a letter or a digit";

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}");

    private ClientName() {}

    /** Whether a client may have this name. */
    public static boolean fits(String name) {
        return NAME.matcher(name).matches();
    }
}
