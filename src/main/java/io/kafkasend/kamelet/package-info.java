/**
 * What our Kamelets name, as steps of other people's routes: the SDK, as any application has it, and a portal, as any application
 * embeds one. Knows {@code client}, {@code protocol}, {@code portal.Portal} and Camel, and nothing else of ours.
 */
package io.kafkasend.kamelet;
