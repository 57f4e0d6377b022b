/**
 * The benchmark behind {@code kafkasend bench}: scenarios through real parts in processes of their own, each interleaved
 * with its baseline, and what becomes of the figures: a JSON file, tables and plots. {@link io.kafkasend.bench.Catalogue}
 * lists the scenarios, {@link io.kafkasend.bench.Benchmark} runs them, {@link io.kafkasend.bench.Results} is what comes out.
 */
package io.kafkasend.bench;
