package io.kafkasend.cli.option;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
public final class VersionFromJar implements IVersionProvider {
    private static final String FILE = "/META-INF/maven/io.kafkasend/kafkasend/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = VersionFromJar.class.getResourceAsStream(FILE)) {
            if (in != null) {
                properties.load(in);
            }
        }
        return new String[] {
            "kafkasend " + properties.getProperty("version", "(run from its classes)") + ", Java "
                    + System.getProperty("java.version")
        };
    }
}
