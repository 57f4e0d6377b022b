/**
 * What comes out: {@link io.kafkasend.bench.result.Results} with their figures, as a JSON file, tables and a chart, and
 * what a run tells on its way there. Knows no other room, and nothing of Kafka. The thread of whoever runs the benchmark;
 * all but exceptions are immutable.
 */
package io.kafkasend.bench.result;
