package io.kafkasend.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;

/** Results as PNG files; drawn without a display. Not thread-safe. */
final class Plots {
    private static final List<Integer> SIZES = List.of(1, 10, 50, 200);
    private static final Color OURS = new Color(0x1F6FB2);
    private static final Color BARE = new Color(0x9AA5B1);
    private static final Color DOWN = new Color(0xD9822B);
    private static final Color BARE_DOWN = new Color(0xE8C39E);
    private static final int WIDTH = 900;

    private final Results results;

    Plots(Results results) {
        this.results = results;
    }

    /**
     * Writes each plot that there are figures for.
     *
     * @throws BenchmarkException where Java cannot draw, as without any font
     */
    void write(Path directory) throws IOException {
        System.setProperty("java.awt.headless", "true");
        try {
            write(directory.resolve("benchmarks-ratios.png"), ratios(), 460);
            write(directory.resolve("benchmarks-throughput.png"), throughput(), 420);
        } catch (InternalError | NoClassDefFoundError e) {
            throw new BenchmarkException("this Java cannot draw the plots (does the machine have fonts?): " + e, e);
        }
    }

    private static void write(Path file, Optional<JFreeChart> chart, int height) throws IOException {
        if (chart.isPresent()) {
            ChartUtils.saveChartAsPNG(file.toFile(), chart.get(), WIDTH, height);
        }
    }

    /** Every ratio with a bar, as a part of its bar: up to 1 is met, and less is better. */
    private Optional<JFreeChart> ratios() {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (Outcome scenario : results.scenarios()) {
            for (Measurement figure : scenario.figures()) {
                if (figure.figure().bar() != null) {
                    double bar = figure.figure().bar();
                    double aim = figure.figure().aim();
                    boolean more = figure.figure().moreIsBetter();
                    String name = scenario.name() + ", " + figure.figure().title();
                    data.addValue(more ? bar / figure.ratio() : figure.ratio() / bar, "measured", name);
                    data.addValue(more ? bar / aim : aim / bar, "aim", name);
                }
            }
        }
        if (data.getColumnCount() == 0) {
            return Optional.empty();
        }
        JFreeChart chart = ChartFactory.createBarChart(
                "Ratio to the baseline, as a part of its bar (up to 1 is met)",
                null,
                null,
                data,
                PlotOrientation.HORIZONTAL,
                true,
                false,
                false);
        plain(chart);
        CategoryPlot plot = chart.getCategoryPlot();
        BarRenderer bars = (BarRenderer) plot.getRenderer();
        bars.setBarPainter(new StandardBarPainter());
        bars.setShadowVisible(false);
        bars.setSeriesPaint(0, OURS);
        bars.setSeriesPaint(1, BARE);
        bars.setDefaultItemLabelGenerator(new StandardCategoryItemLabelGenerator(
                "{2}", new DecimalFormat("0.00", DecimalFormatSymbols.getInstance(Locale.ROOT))));
        bars.setDefaultItemLabelsVisible(true);
        plot.addRangeMarker(new ValueMarker(1, Color.RED, new BasicStroke(1.5f)));
        plot.getDomainAxis().setMaximumCategoryLabelWidthRatio(0.45f);
        plot.getRangeAxis().setUpperMargin(0.1);
        return Optional.of(chart);
    }

    /** MiB a second by size, both ways, KafkaSend beside the bare pipe. */
    private Optional<JFreeChart> throughput() {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        for (int size : SIZES) {
            add(data, size, "upload", "last-byte");
            add(data, size, "download", "end");
        }
        if (data.getColumnCount() == 0) {
            return Optional.empty();
        }
        JFreeChart chart = ChartFactory.createLineChart(
                "Bodies through KafkaSend and through the bare pipe", "MiB", "MiB/s", data);
        plain(chart);
        LineAndShapeRenderer lines = new LineAndShapeRenderer();
        chart.getCategoryPlot().setRenderer(lines);
        Color[] colours = {OURS, BARE, DOWN, BARE_DOWN};
        for (int i = 0; i < colours.length; i++) {
            lines.setSeriesPaint(i, colours[i]);
            lines.setSeriesStroke(i, new BasicStroke(2));
        }
        ((NumberAxis) chart.getCategoryPlot().getRangeAxis()).setAutoRangeIncludesZero(true);
        return Optional.of(chart);
    }

    private void add(DefaultCategoryDataset data, int size, String way, String key) {
        results.scenarios().stream()
                .filter(scenario -> scenario.name().equals(way + "-" + size))
                .flatMap(scenario -> scenario.figures().stream())
                .filter(figure -> figure.figure().key().equals(key))
                .forEach(figure -> {
                    data.addValue(size / figure.scenario().median(), way, String.valueOf(size));
                    data.addValue(size / figure.baseline().median(), way + ", bare pipe", String.valueOf(size));
                });
    }

    private static void plain(JFreeChart chart) {
        StandardChartTheme theme = new StandardChartTheme("plain");
        theme.setExtraLargeFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        theme.setLargeFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        theme.setRegularFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        theme.setPlotBackgroundPaint(Color.WHITE);
        theme.setRangeGridlinePaint(Color.LIGHT_GRAY);
        theme.apply(chart);
    }
}
