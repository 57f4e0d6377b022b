package io.kafkasend.gateway.caller;

import io.kafkasend.protocol.ClientName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;

/**
 * The callers that a file names, a line each: its name, then {@code token=} with the SHA-256 of its token or {@code subject=} with its
 * certificate's, and where they differ its limits, {@code in-flight=} and {@code rate=}. A subject stands last, since it may hold blanks.
 * Empty lines, and those that begin with {@code #}, say nothing. Immutable.
 *
 * @param callers those that the file names
 */
public record CallerFile(List<KnownCaller> callers) {
    private static final int MOST_NUMBER = 1_000_000;

    /** Keeps the callers as they are now. */
    public CallerFile {
        callers = List.copyOf(callers);
    }

    /**
     * Reads the file.
     *
     * @throws IOException in one line that names file and line at fault, and repeats nothing of a token
     */
    public static CallerFile read(Path file) throws IOException {
        List<KnownCaller> callers = new ArrayList<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            try {
                KnownCaller caller = caller(text);
                if (callers.stream().anyMatch(other -> other.name().equals(caller.name()))) {
                    throw new IllegalArgumentException("names " + caller.name() + " again");
                }
                callers.add(caller);
            } catch (IllegalArgumentException e) {
                throw new IOException("GATEWAY_CALLERS: line " + number + " of " + file + " " + e.getMessage());
            }
        }
        return new CallerFile(callers);
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IOException("GATEWAY_CALLERS: " + file + " cannot be read: " + e);
        }
    }

    private static KnownCaller caller(String line) {
        String rest = line;
        String subject = null;
        int at = line.indexOf(" subject=");
        if (at >= 0) {
            subject = canonical(line.substring(at + " subject=".length()).strip());
            rest = line.substring(0, at);
        }
        String[] parts = rest.split("\\s+");
        if (!ClientName.fits(parts[0])) {
            throw new IllegalArgumentException("begins with no name; it takes " + ClientName.FORM);
        }
        String token = null;
        int inFlight = 0;
        int rate = -1;
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split("=", 2);
            String value = pair.length == 2 ? pair[1] : "";
            switch (pair[0]) {
                case "token" -> token = digest(value);
                case "in-flight" -> inFlight = number("in-flight", value, 1);
                case "rate" -> rate = number("rate", value, 0);
                default ->
                    throw new IllegalArgumentException(
                            "has something else than token=, in-flight=, rate= and, last, subject=");
            }
        }
        if (token == null && subject == null) {
            throw new IllegalArgumentException("has neither token= nor subject=");
        }
        return new KnownCaller(parts[0], token, subject, inFlight, rate);
    }

    private static String digest(String value) {
        String digest = value.toLowerCase(Locale.ROOT);
        if (!digest.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "has a token= that is no SHA-256; it takes 64 hexadecimal digits, such as"
                            + " `printf %s TOKEN | sha256sum` prints");
        }
        return digest;
    }

    private static int number(String name, String value, int least) {
        if (!value.matches("\\d{1,7}") || Integer.parseInt(value) < least || Integer.parseInt(value) > MOST_NUMBER) {
            throw new IllegalArgumentException(
                    "has an unfit " + name + "=; it takes a whole number from " + least + " to " + MOST_NUMBER);
        }
        return Integer.parseInt(value);
    }

    /** A subject as {@link X500Principal#CANONICAL} has it, in which two equal ones are the same text. */
    private static String canonical(String subject) {
        try {
            new LdapName(subject); // says what is wrong, in fewer words
            return new X500Principal(subject).getName(X500Principal.CANONICAL);
        } catch (InvalidNameException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "has a subject= that is no distinguished name, such as CN=shop,O=Example");
        }
    }

    Optional<KnownCaller> withToken(String sha256) {
        return callers.stream()
                .filter(caller -> sha256.equals(caller.tokenSha256()))
                .findFirst();
    }

    Optional<KnownCaller> withSubject(X500Principal subject) {
        String name = subject.getName(X500Principal.CANONICAL);
        return callers.stream().filter(caller -> name.equals(caller.subject())).findFirst();
    }

    Optional<KnownCaller> named(String name) {
        return callers.stream().filter(caller -> caller.name().equals(name)).findFirst();
    }
}
