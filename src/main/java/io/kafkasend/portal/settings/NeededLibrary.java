package io.kafkasend.portal.settings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.core5.http.HttpHost;
import org.apache.kafka.common.TopicPartition;

/**
 * A library of which an older version does not do. Where our jar is a dependency of another project, that one's bill of
 * materials may put one in place of what we ask for: then classes and methods are missing, one of them sooner, the other later.
 *
 * @param name the library's, as Maven has it
 * @param of a class of it
 * @param file the properties file in its jar that knows its version
 * @param key where in that
 * @param major the oldest version with all that we call
 * @param minor likewise
 */
public record NeededLibrary(String name, Class<?> of, String file, String key, int major, int minor) {
    /** CloseOptions came with 4.1, and a connection that can be inherited from with 5.6, which needs 5.4 of its core. */
    private static final List<NeededLibrary> ALL = List.of(
            new NeededLibrary(
                    "org.apache.kafka:kafka-clients",
                    TopicPartition.class,
                    "/kafka/kafka-version.properties",
                    "version",
                    4,
                    1),
            new NeededLibrary(
                    "org.apache.httpcomponents.client5:httpclient5",
                    HttpClient.class,
                    "/org/apache/hc/client5/version.properties",
                    "info.release",
                    5,
                    6),
            new NeededLibrary(
                    "org.apache.httpcomponents.core5:httpcore5",
                    HttpHost.class,
                    "/org/apache/hc/core5/version.properties",
                    "info.release",
                    5,
                    4));

    /** What is wrong with those that are there: a line for each. */
    public static List<String> faults() {
        return ALL.stream()
                .flatMap(library -> library.fault(library.version(), library.place()).stream())
                .toList();
    }

    Optional<String> fault(String found, String place) {
        if (isEnough(found)) {
            return Optional.empty();
        }
        return Optional.of(
                name + " is " + found + " (" + place + "), and KafkaSend needs " + major + "." + minor
                        + " or newer: name it in the project's own dependencyManagement, before any bill of materials that names an older one");
    }

    private boolean isEnough(String version) {
        String[] parts = version.split("[.-]");
        try {
            int first = Integer.parseInt(parts[0]);
            return first > major || first == major && Integer.parseInt(parts[1]) >= minor;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return true; // a vendor's own name for it: it is tried
        }
    }

    /** As its jar says. */
    private String version() {
        Properties known = new Properties();
        try (InputStream in = of.getResourceAsStream(file)) {
            if (in != null) {
                known.load(in);
            }
        } catch (IOException e) {
            return "unknown";
        }
        return known.getProperty(key, "unknown");
    }

    private String place() {
        CodeSource source = of.getProtectionDomain().getCodeSource();
        URL url = source == null ? null : source.getLocation();
        return url == null ? "of unknown origin" : url.getPath().replaceFirst(".*/(?=[^/]+\\.jar)", "");
    }
}
