/**
 * What can be measured: scenarios, each beside its baseline. {@link io.kafkasend.bench.scenario.Catalogue} lists them, by
 * subject. Whoever adds one writes a method that returns a {@link io.kafkasend.bench.scenario.Scenario} in the class of its
 * subject, and names it in that class's list; a new subject is a class more, and a line in the catalogue. Knows all other
 * rooms. The thread of whoever runs the benchmark.
 */
package io.kafkasend.bench.scenario;
