/**
 * A long run of all kinds of jobs at once, with an API that misbehaves and a writer that is hostile, behind {@code kafkasend
 * soak}: {@link io.kafkasend.bench.soak.SoakPlan} says how long and how much, {@link io.kafkasend.bench.soak.Soak} runs it, and
 * {@link io.kafkasend.bench.soak.SoakResult} says what was lost or corrupt, and what grows. Knows the rooms {@code testbed},
 * {@code load} and {@code result}. The thread of whoever runs it paces the jobs; answers are judged on the client's threads.
 */
package io.kafkasend.bench.soak;
