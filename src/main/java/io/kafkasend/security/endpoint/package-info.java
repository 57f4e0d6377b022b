/**
 * Which paths and queries may be asked for: patterns, every way to decode a path, hosts that no text may name. Knows
 * addresses and headers only. Thread-safe, and waits for nothing.
 */
package io.kafkasend.security.endpoint;
