/**
 * What our Kamelets name: the SDK as steps of other people's routes. Knows the SDK as any application does, Camel, and nothing else of
 * ours.
 */
package io.kafkasend.kamelet;
