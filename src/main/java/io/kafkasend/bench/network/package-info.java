/**
 * Distance on one machine: a TCP proxy that hands on what it reads later, and counts what passes. {@link
 * io.kafkasend.bench.network.Network} has one between each two parts. Knows the names of Kafka's requests, and no other
 * room. Threads of its own for each connection; distances may be changed on any.
 */
package io.kafkasend.bench.network;
