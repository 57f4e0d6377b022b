/**
 * What is measured: a broker, the sample API and portals, each a process of its own with its log, and their topics.
 * Knows the rooms {@code load}, which warms portals up, and {@code result}; no scenario. The thread of whoever runs the
 * benchmark; processes may be ended on any.
 */
package io.kafkasend.bench.testbed;
