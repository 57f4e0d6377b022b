package io.kafkasend.bench.result;

import java.util.List;

/**
 * A scenario as it was measured.
 *
 * @param name as on the command line
 * @param title what was measured
 * @param baseline what it was held against
 * @param skipped why it was not measured; null when it was
 * @param figures what was measured
 */
public record Outcome(String name, String title, String baseline, String skipped, List<Measurement> figures) {}
