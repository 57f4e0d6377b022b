package io.kafkasend.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class TimesChartTest {
    private static Outcome outcome(String name, Figure figure, double scenario, double baseline) {
        return new Outcome(
                name, name, "pipe", null, List.of(Measurement.of(figure, List.of(new Round(scenario, baseline)))));
    }

    private static Results results(Outcome... outcomes) {
        return new Results(
                "0123456789ab",
                "2026-11-24T20:00:00Z",
                1,
                false,
                new Machine(2, 24_576, "Linux 6, amd64", "OpenJDK 17", 0.25),
                Map.of(),
                List.of(outcomes));
    }

    private static Document chart(Results results) throws Exception {
        String svg = new TimesChart(results).svg().orElseThrow();
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> elements(Document chart, String name) {
        NodeList found = chart.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    private static List<String> texts(Document chart) {
        return elements(chart, "text").stream().map(Element::getTextContent).toList();
    }

    /** Rectangles of results: neither the ground nor the legend. */
    private static List<Double> bars(Document chart) {
        return elements(chart, "rect").stream()
                .filter(bar -> bar.getAttribute("x").equals("250")
                        && !bar.getAttribute("y").equals("36"))
                .map(bar -> Double.valueOf(bar.getAttribute("width")))
                .toList();
    }

    @Test
    void base64AndFramesOfAScenarioStandSideBySideAndOneIsMarked() throws Exception {
        // When
        Document chart = chart(results(
                outcome("upload-50", Figure.less("last-byte", "to the last byte", "s"), 3, 2),
                outcome("upload-50-binary", Figure.less("last-byte", "to the last byte", "s"), 2, 2),
                outcome("download-10-binary", Figure.less("end", "to the end", "s"), 6, 2)));

        // Then
        List<Double> bars = bars(chart);
        double one = bars.get(1);
        assertThat(bars).hasSize(3);
        assertThat(bars.get(0)).isCloseTo(1.5 * one, within(0.2));
        assertThat(bars.get(2)).isCloseTo(3 * one, within(0.2));
        assertThat(Double.parseDouble(elements(chart, "line").get(0).getAttribute("x1")))
                .isCloseTo(250 + one, within(0.2));
        assertThat(texts(chart))
                .containsSubsequence("upload of 50 MiB", "1.50", "1.00", "download of 10 MiB", "3.00")
                .contains("1.0", "base64 JSON", "binary frames")
                .doesNotContain("upload of 1 MiB", "64 small GETs in flight");
    }

    @Test
    void aRateIsShownAsTimesToo() throws Exception {
        // When
        Document chart = chart(results(outcome("gets-64", Figure.more("rate", "requests", "1/s", 0.1, 0.3), 10, 60)));

        // Then
        assertThat(texts(chart)).containsSubsequence("64 small GETs in flight", "6.00");
    }

    @Test
    void itSaysWhichRunItIsOf() throws Exception {
        // When
        Document chart = chart(results(outcome("get", Figure.less("p50", "p50", "ms"), 2, 1)));

        // Then
        assertThat(texts(chart)).contains("commit 0123456789ab, 2026-11-24T20:00:00Z, 2 cores");
    }

    @Test
    void barsBelowOneLeaveTheMarkInThePicture() throws Exception {
        // When
        Document chart = chart(results(outcome("get", Figure.less("p50", "p50", "ms"), 1, 4)));

        // Then
        assertThat(Double.parseDouble(elements(chart, "line").get(0).getAttribute("x1")))
                .isGreaterThan(250 + bars(chart).get(0))
                .isLessThan(780);
    }

    @Test
    void withoutFiguresThereIsNoChart() {
        assertThat(new TimesChart(results()).svg()).isEmpty();
    }
}
