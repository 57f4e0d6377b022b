package io.kafkasend.kafka;

import io.kafkasend.setting.Setting;
import io.kafkasend.tls.PemException;
import io.kafkasend.tls.PemFiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the settings of {@link KafkaSecurity} must be together, and whether their files can be used. Of one reading. */
final class SecurityRules {
    private static final String TOKEN_READER = "com.fasterxml.jackson.databind.ObjectMapper";

    private final SecurityValues given;
    private final List<String> faults;

    /**
     * @param given what has been read, all of it
     * @param faults where one line for each fault goes
     */
    SecurityRules(SecurityValues given, List<String> faults) {
        this.given = given;
        this.faults = faults;
    }

    /** Adds what is wrong. */
    void check() {
        String protocol = given.text(KafkaSecurity.PROTOCOL);
        String mechanism = given.text(KafkaSecurity.MECHANISM);
        if (!given.usesSasl()) {
            Stream.of(
                            KafkaSecurity.MECHANISM,
                            KafkaSecurity.USERNAME,
                            KafkaSecurity.PASSWORD,
                            KafkaSecurity.PASSWORD_FILE,
                            KafkaSecurity.TOKEN_URL,
                            KafkaSecurity.CLIENT_ID,
                            KafkaSecurity.CLIENT_SECRET)
                    .filter(given::has)
                    .forEach(setting -> faults.add(setting.variable() + " is set, but KAFKA_SECURITY_PROTOCOL is "
                            + protocol + "; it needs SASL_SSL, or SASL_PLAINTEXT"));
        } else if (mechanism.isEmpty()) {
            faults.add("KAFKA_SASL_MECHANISM is not set; KAFKA_SECURITY_PROTOCOL is " + protocol + ", which needs it");
        } else if (mechanism.equals(KafkaSecurity.OAUTHBEARER)) {
            require(mechanism, KafkaSecurity.TOKEN_URL);
            require(mechanism, KafkaSecurity.CLIENT_ID);
            requireOne(mechanism, KafkaSecurity.CLIENT_SECRET, KafkaSecurity.CLIENT_SECRET_FILE);
            forbid(mechanism, List.of(KafkaSecurity.USERNAME, KafkaSecurity.PASSWORD, KafkaSecurity.PASSWORD_FILE));
            if (!isThere(TOKEN_READER)) {
                faults.add(
                        "KAFKA_SASL_MECHANISM is OAUTHBEARER, for which Kafka's client needs a library that is not there;"
                                + " add com.fasterxml.jackson.core:jackson-databind to the class path");
            }
        } else {
            require(mechanism, KafkaSecurity.USERNAME);
            requireOne(mechanism, KafkaSecurity.PASSWORD, KafkaSecurity.PASSWORD_FILE);
            forbid(
                    mechanism,
                    List.of(
                            KafkaSecurity.TOKEN_URL,
                            KafkaSecurity.CLIENT_ID,
                            KafkaSecurity.CLIENT_SECRET,
                            KafkaSecurity.CLIENT_SECRET_FILE,
                            KafkaSecurity.SCOPE));
        }
        readable(KafkaSecurity.TOKEN_CA_FILE, PemFiles::certificates);
        if (!given.usesTls()) {
            Stream.of(
                            KafkaSecurity.CA_FILE,
                            KafkaSecurity.CERTIFICATE_FILE,
                            KafkaSecurity.KEY_FILE,
                            KafkaSecurity.KEY_PASSWORD)
                    .filter(given::has)
                    .forEach(setting -> faults.add(setting.variable() + " is set, but KAFKA_SECURITY_PROTOCOL is "
                            + protocol + "; it needs SSL or SASL_SSL"));
        } else {
            checkTls();
        }
    }

    private void checkTls() {
        readable(KafkaSecurity.CA_FILE, PemFiles::certificates);
        if (given.has(KafkaSecurity.CERTIFICATE_FILE) != given.has(KafkaSecurity.KEY_FILE)) {
            boolean certificate = given.has(KafkaSecurity.CERTIFICATE_FILE);
            faults.add((certificate ? KafkaSecurity.CERTIFICATE_FILE : KafkaSecurity.KEY_FILE).variable()
                    + " is set without "
                    + (certificate ? KafkaSecurity.KEY_FILE : KafkaSecurity.CERTIFICATE_FILE).variable()
                    + "; they go together");
        } else if (given.has(KafkaSecurity.KEY_FILE)) {
            readable(KafkaSecurity.CERTIFICATE_FILE, PemFiles::certificates);
            readable(KafkaSecurity.KEY_FILE, file -> given.identity());
        } else if (given.has(KafkaSecurity.KEY_PASSWORD)) {
            faults.add("KAFKA_SSL_KEY_PASSWORD is set without KAFKA_SSL_KEY_FILE; they go together");
        }
    }

    private void readable(Setting<String> setting, Reading reading) {
        if (given.has(setting)) {
            try {
                reading.of(given.path(setting));
            } catch (PemException | InvalidPathException e) {
                faults.add(setting.variable() + ": " + e.getMessage());
            }
        }
    }

    private void require(String mechanism, Setting<String> setting) {
        if (!given.has(setting)) {
            faults.add(setting.variable() + " is not set; KAFKA_SASL_MECHANISM is " + mechanism + ", which needs it");
        }
    }

    private void requireOne(String mechanism, Setting<String> value, Setting<String> file) {
        if (!given.has(value) && !given.has(file)) {
            faults.add(value.variable() + " is not set, nor " + file.variable() + "; KAFKA_SASL_MECHANISM is "
                    + mechanism + ", which needs one of them");
        } else if (given.has(value) && given.has(file)) {
            faults.add(value.variable() + " and " + file.variable() + " are both set; one of them is wanted");
        }
    }

    private void forbid(String mechanism, List<Setting<String>> settings) {
        settings.stream()
                .filter(given::has)
                .forEach(setting -> faults.add(setting.variable() + " is set, but KAFKA_SASL_MECHANISM is " + mechanism
                        + ", which does not use it"));
    }

    /** Kafka's client has it as an option, and the SDK does not bring it for those who log in otherwise. */
    private static boolean isThere(String name) {
        try {
            Class.forName(name, false, KafkaSecurity.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Reads a PEM file, to see whether it can be read. */
    @FunctionalInterface
    private interface Reading {
        Object of(Path file) throws PemException;
    }
}
