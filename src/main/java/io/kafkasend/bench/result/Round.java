package io.kafkasend.bench.result;

/**
 * One measurement of each side, one right after the other.
 *
 * @param scenario KafkaSend's
 * @param baseline what it is held against
 */
public record Round(double scenario, double baseline) {}
