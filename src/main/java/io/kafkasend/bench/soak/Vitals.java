package io.kafkasend.bench.soak;

import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.result.SkippedException;
import io.kafkasend.bench.testbed.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Looks at the processes of a run now and then. {@link #look} is for one thread; {@link #trends} may be called on any. */
final class Vitals {
    private final List<ChildProcess> processes;
    private final List<ManagementPage> pages;
    private final Path brokerData;
    private final double diskBound;
    private final Map<Series, List<Slope.Point>> seen = new LinkedHashMap<>();

    private record Series(String part, Quantity quantity) {}

    /**
     * @param processes whose heap, threads and files count
     * @param pages the portals' metrics, where they are open
     * @param brokerData where the broker keeps its data
     * @param diskBound what that must not be above, in bytes
     */
    Vitals(List<ChildProcess> processes, List<ManagementPage> pages, Path brokerData, double diskBound) {
        this.processes = List.copyOf(processes);
        this.pages = List.copyOf(pages);
        this.brokerData = brokerData;
        this.diskBound = diskBound;
    }

    /**
     * Looks at all once.
     *
     * @param seconds since the run began
     * @throws BenchmarkException when a process has ended
     */
    void look(double seconds) throws IOException, InterruptedException {
        for (ChildProcess process : processes) {
            if (!process.isAlive()) {
                throw new BenchmarkException(process.name() + " has ended");
            }
            add(process.name(), Quantity.THREADS, seconds, process.threads());
            add(process.name(), Quantity.FILES, seconds, process.openFiles());
            try {
                add(process.name(), Quantity.HEAP, seconds, OptionalLong.of(process.liveHeap()));
            } catch (SkippedException e) {
                // This Java has no jcmd: the result has no such row.
            }
        }
        for (ManagementPage page : pages) {
            add(page.part(), Quantity.SPOOL, seconds, page.spoolBytes());
        }
        add("broker", Quantity.DISK, seconds, diskBytes());
    }

    /** What has become of each. */
    synchronized List<Trend> trends() {
        List<Trend> trends = new ArrayList<>();
        seen.forEach((series, points) -> trends.add(Trend.of(
                series.part(),
                series.quantity(),
                List.copyOf(points),
                series.quantity() == Quantity.DISK ? diskBound : null)));
        return trends;
    }

    private synchronized void add(String part, Quantity quantity, double seconds, OptionalLong value) {
        if (value.isPresent()) {
            seen.computeIfAbsent(new Series(part, quantity), series -> new ArrayList<>())
                    .add(new Slope.Point(seconds, value.getAsLong()));
        }
    }

    /** Without indexes, which are as large as they may become from the begin, and take no room. */
    private OptionalLong diskBytes() throws IOException {
        try (Stream<Path> files = Files.walk(brokerData)) {
            return OptionalLong.of(files.filter(file -> !file.toString().contains("index"))
                    .mapToLong(Vitals::size)
                    .sum());
        } catch (UncheckedIOException e) {
            return OptionalLong.empty(); // a directory was deleted while we looked
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
