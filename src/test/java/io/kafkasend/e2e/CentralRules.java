package io.kafkasend.e2e;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** What Maven Central asks of an artifact before it takes it: its list of requirements, as a test. */
final class CentralRules {
    private static final List<String> OF_POM = List.of(
            "name",
            "description",
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "scm/url",
            "scm/connection",
            "scm/developerConnection");

    private CentralRules() {}

    /**
     * What it would be refused for.
     *
     * @param files of the bundle, by their paths
     * @param signed whether signatures are asked for, too
     */
    static List<String> violations(Map<String, byte[]> files, String artifact, String version, boolean signed)
            throws Exception {
        List<String> found = new ArrayList<>();
        String stem = "io/kafkasend/" + artifact + "/" + version + "/" + artifact + "-" + version;
        for (String part : List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar")) {
            byte[] content = files.get(stem + part);
            if (content == null) {
                found.add(stem + part + " is missing");
                continue;
            }
            for (Map.Entry<String, String> sum :
                    Map.of("MD5", ".md5", "SHA-1", ".sha1").entrySet()) {
                byte[] told = files.getOrDefault(stem + part + sum.getValue(), new byte[0]);
                String is = HexFormat.of()
                        .formatHex(MessageDigest.getInstance(sum.getKey()).digest(content));
                if (!is.equals(new String(told, StandardCharsets.US_ASCII))) {
                    found.add(stem + part + sum.getValue() + " is missing or another");
                }
            }
            if (signed && !files.containsKey(stem + part + ".asc")) {
                found.add(stem + part + ".asc is missing");
            }
        }
        if (files.containsKey(stem + ".pom")) {
            found.addAll(ofPom(new String(files.get(stem + ".pom"), StandardCharsets.UTF_8), artifact, version));
        }
        return found;
    }

    private static List<String> ofPom(String text, String artifact, String version) throws Exception {
        List<String> found = new ArrayList<>();
        Document pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text)));
        XPath path = XPathFactory.newInstance().newXPath();
        for (String element : OF_POM) {
            if (path.evaluate("/project/" + element, pom).isBlank()) {
                found.add(artifact + "'s pom has no " + element);
            }
        }
        if (!path.evaluate("/project/version", pom).equals(version) || version.endsWith("-SNAPSHOT")) {
            found.add(artifact + "'s pom has the version " + path.evaluate("/project/version", pom));
        }
        if (!path.evaluate("count(/project/dependencies/dependency[not(version)])", pom)
                .equals("0")) {
            found.add(artifact + "'s pom has dependencies without a version");
        }
        if (!path.evaluate("count(/project/repositories/repository)", pom).equals("0")) {
            found.add(artifact + "'s pom names repositories of its own");
        }
        if (text.contains("-SNAPSHOT</version>")) {
            found.add(artifact + "'s pom depends on a snapshot");
        }
        return found;
    }

    /** The files of a zip, by their paths. */
    static Map<String, byte[]> unpacked(java.nio.file.Path zip) throws IOException {
        Map<String, byte[]> files = new java.util.TreeMap<>();
        try (var in = new java.util.zip.ZipFile(zip.toFile())) {
            for (var entry : in.stream().toList()) {
                files.put(entry.getName(), in.getInputStream(entry).readAllBytes());
            }
        }
        return files;
    }
}
