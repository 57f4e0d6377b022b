/**
 * Which header fields pass, in either direction. Thread-safe, and waits for nothing.
 */
package io.kafkasend.security.header;
