package io.kafkasend.config;

import io.kafkasend.protocol.ClientName;
import io.kafkasend.security.client.ClientKey;
import io.kafkasend.security.client.ClientPolicies;
import io.kafkasend.security.client.PolicyFileException;
import io.kafkasend.setting.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files that say who clients are and what they may ask for: a directory of public keys and a file of policies. They are
 * read in two steps, since a portal that runs looks at the texts often and at their meaning only when they have changed.
 * Immutable.
 *
 * @param keys the directory; or null
 * @param policies the file; or null
 * @param strict whether the policies' endpoints are strict
 */
public record ClientFiles(Path keys, Path policies, boolean strict) {
    /** The most characters of a key's file, and bytes of the policies' file. */
    private static final int MOST_OF_KEY = 8_192;

    private static final int MOST_OF_POLICIES = 1 << 20;
    private static final String SUFFIX = ".pem";
    /** In place of a text; no file has it, since it is no Unicode text. */
    private static final String UNREADABLE = "\uffff unreadable";

    private static final String TOO_LARGE = "\uffff too large";

    /** The files that the settings name. */
    public static ClientFiles of(PortalSettings settings) {
        return new ClientFiles(
                settings.get(RequesterSettings.CLIENT_KEYS).orElse(null),
                settings.get(RequesterSettings.POLICIES).orElse(null),
                settings.get(AllowListSettings.STRICT_SECURITY));
    }

    /**
     * The texts of the keys, by their files' names; see {@link #isUnreadable}.
     *
     * @throws IOException in one line, when the directory cannot be read
     */
    public Map<String, String> keyTexts() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        if (keys == null) {
            return texts;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(keys, "*" + SUFFIX)) {
            for (Path file : files) {
                try {
                    texts.put(file.getFileName().toString(), text(file, MOST_OF_KEY));
                } catch (NoSuchFileException e) {
                    continue; // it has gone meanwhile
                } catch (IOException e) {
                    texts.put(file.getFileName().toString(), UNREADABLE); // a fault of this file, and of no other
                }
            }
            return texts;
        } catch (IOException | DirectoryIteratorException e) {
            throw new IOException(
                    RequesterSettings.CLIENT_KEYS.variable() + " is " + keys + ", which cannot be read: " + e, e);
        }
    }

    /** Whether this is in place of the text of a file that is there and cannot be read. */
    public static boolean isUnreadable(String text) {
        return text.equals(UNREADABLE);
    }

    /**
     * The key that a file holds, under its client's name.
     *
     * @param file the file's name
     * @param text its content
     * @param into where the key goes
     * @return the fault in one line; null when it is good
     */
    public String readKey(String file, String text, Map<String, ClientKey> into) {
        String client = file.substring(0, file.length() - SUFFIX.length());
        if (!ClientKey.isClientId(client)) {
            return keys.resolve(file) + " is named for no client; it takes CLIENT.pem, and for CLIENT "
                    + ClientName.FORM;
        }
        if (isUnreadable(text)) {
            return keys.resolve(file) + " cannot be read";
        }
        if (text.equals(TOO_LARGE)) {
            return keys.resolve(file) + " has more than " + MOST_OF_KEY + " bytes";
        }
        try {
            into.put(client, ClientKey.ofPem(text));
            return null;
        } catch (IllegalArgumentException e) {
            return keys.resolve(file) + " " + e.getMessage();
        }
    }

    /**
     * The text of the policies; null where there is no such file by setting.
     *
     * @throws IOException in one line, when it cannot be read
     */
    public String policyText() throws IOException {
        try {
            return policies == null ? null : text(policies, MOST_OF_POLICIES);
        } catch (IOException e) {
            throw new IOException(
                    RequesterSettings.POLICIES.variable() + " is " + policies + ", which cannot be read: " + e, e);
        }
    }

    /**
     * The policies that a text means.
     *
     * @param text as {@link #policyText} gave it
     * @throws SettingsException with one line for each fault
     */
    public ClientPolicies readPolicies(String text) throws SettingsException {
        if (text == null) {
            return ClientPolicies.UNNARROWED;
        }
        if (text.equals(TOO_LARGE)) {
            throw new SettingsException(List.of(policies + " has more than " + MOST_OF_POLICIES + " bytes"));
        }
        try {
            return ClientPolicies.parse(text, strict);
        } catch (PolicyFileException e) {
            throw new SettingsException(
                    e.faults().stream().map(fault -> policies + " " + fault).toList());
        }
    }

    /** Every fault that the files have now, in one line each. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        try {
            Map<String, ClientKey> read = new TreeMap<>();
            keyTexts().forEach((file, text) -> {
                String fault = readKey(file, text, read);
                if (fault != null) {
                    faults.add(fault);
                }
            });
        } catch (IOException e) {
            faults.add(e.getMessage());
        }
        try {
            readPolicies(policyText());
        } catch (IOException e) {
            faults.add(e.getMessage());
        } catch (SettingsException e) {
            faults.addAll(e.faults());
        }
        return faults;
    }

    private static String text(Path file, int most) throws IOException {
        // A pipe would be waited for.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + " is no file");
        }
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            return bytes.length > most ? TOO_LARGE : new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
