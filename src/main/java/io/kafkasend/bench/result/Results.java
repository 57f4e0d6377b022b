package io.kafkasend.bench.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that one run gives: what a JSON file holds, and what tables and the chart are made of. Immutable.
 *
 * @param commit the commit that was measured, with {@code +} where sources differed; null where git does not say
 * @param startedAt RFC 3339, UTC
 * @param seconds how long it took
 * @param quick whether it was a quick run
 * @param machine where
 * @param settings what was set for it, by name
 * @param scenarios what was measured, in order
 */
public record Results(
        String commit,
        String startedAt,
        double seconds,
        boolean quick,
        Machine machine,
        Map<String, String> settings,
        List<Outcome> scenarios) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final ObjectWriter PRETTY = JSON.writer(new DefaultPrettyPrinter(
                    Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
            .withObjectIndenter(new DefaultIndenter("  ", "\n")));

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws BenchmarkException naming the file, when it cannot be read or is something else
     */
    public static Results read(Path file) {
        try {
            Results results = JSON.readValue(file.toFile(), Results.class);
            if (results.machine == null || results.scenarios == null) {
                throw new BenchmarkException(file + " is not what bench --json writes");
            }
            return results;
        } catch (JsonProcessingException e) {
            throw new BenchmarkException(file + " is not what bench --json writes: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BenchmarkException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes it as JSON.
     *
     * @throws BenchmarkException naming the file, when it cannot be written
     */
    public void write(Path file) {
        try {
            Files.writeString(file, PRETTY.writeValueAsString(this) + "\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BenchmarkException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * These results where they say something new, and published ones else: a figure of those stays unless this run has another
     * definition of it, or its ratios differ by more than chance.
     *
     * @see RankTest
     */
    Results over(Results published) {
        if (published.startedAt.equals(startedAt)) {
            return this; // drawn again
        }
        String run = (published.commit == null ? "unknown" : published.commit) + ", "
                + published.startedAt.split("T")[0];
        Map<String, Outcome> all = new LinkedHashMap<>();
        published.scenarios.forEach(outcome -> all.put(outcome.name(), outcome.kept(run)));
        scenarios.forEach(outcome -> all.merge(outcome.name(), outcome, (old, own) -> own.over(old)));
        return new Results(commit, startedAt, seconds, quick, machine, settings, List.copyOf(all.values()));
    }

    /** A scenario's figure; empty where it was not measured. */
    Optional<Measurement> figure(String scenario, String key) {
        return scenarios.stream()
                .filter(outcome -> outcome.name().equals(scenario))
                .flatMap(outcome -> outcome.figures().stream())
                .filter(figure -> figure.figure().key().equals(key))
                .findFirst();
    }

    /** Whether every bar was met that was measured. */
    public boolean allMet() {
        return scenarios.stream()
                .flatMap(scenario -> scenario.figures().stream())
                .noneMatch(figure -> Boolean.FALSE.equals(figure.met()));
    }
}
