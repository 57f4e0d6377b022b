/**
 * What is put on a client: bodies both ways, in every form in which they travel, small calls, and the warm-up of both.
 * {@link io.kafkasend.bench.load.WireForm#offered} is the one place to add a form to. Knows the client and the room
 * {@code result}; no process and no scenario. The measuring thread; small calls end on the client's.
 */
package io.kafkasend.bench.load;
