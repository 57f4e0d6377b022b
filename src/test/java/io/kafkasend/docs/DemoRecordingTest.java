package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** docs/demo.svg shows a demo that passed; where it shows another than there is now, docs/tools/demo.py makes it anew. */
class DemoRecordingTest {
    private static final String DURATION = "animation-duration:";

    private final List<Element> lines = new ArrayList<>();

    @BeforeEach
    void read() throws Exception {
        NodeList found = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("docs/demo.svg").toFile())
                .getElementsByTagName("text");
        for (int i = 0; i < found.getLength(); i++) {
            lines.add((Element) found.item(i));
        }
    }

    @Test
    void everyCheckOfTheDemoPassed() {
        assertThat(lines.stream().map(Element::getTextContent))
                .startsWith("$ ./kafkasend demo")
                .contains("demo: 5 passed, 0 failed")
                .anyMatch(line ->
                        line.matches("\\[1/5] upload of 50\\.0 MB .* 200, SHA-256 [0-9a-f]{8}\\.\\.\\. at both ends"))
                .anyMatch(line -> line.matches("\\[5/5] SSRF attempt .*ENDPOINT_FORBIDDEN_HOST; API not called"));
    }

    @Test
    void everyLineFitsATerminalOfEightyColumns() {
        assertThat(lines.stream().map(Element::getTextContent)).allMatch(line -> line.length() <= 80);
    }

    @Test
    void linesAppearInTheirOrder() {
        assertThat(lines.stream()
                        .map(line -> line.getAttribute("style"))
                        .map(style -> Double.valueOf(style.substring(DURATION.length(), style.length() - 1))))
                .isSorted()
                .last()
                .satisfies(seconds -> assertThat(seconds).isGreaterThan(1));
    }
}
