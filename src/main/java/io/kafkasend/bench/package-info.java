/**
 * The benchmark behind {@code kafkasend bench}: a {@link io.kafkasend.bench.Plan} says what is run, and {@link
 * io.kafkasend.bench.Benchmark} runs it, each scenario in turns with its baseline. Its rooms know each other in one
 * direction: {@code scenario} and {@code soak} use {@code testbed}, that uses {@code load} and {@code network}, all give {@code result}. No room knows this
 * package. The thread of whoever runs it.
 */
package io.kafkasend.bench;
