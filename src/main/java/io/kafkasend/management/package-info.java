/**
 * The management port that portal and gateway have: health, metrics, and what parts of theirs add. Knows {@code security}, Camel's health
 * and Micrometer, and neither of the two. The server's one thread answers all, and waits for nothing.
 */
package io.kafkasend.management;
