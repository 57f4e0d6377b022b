/**
 * What a gateway tells of itself: health and metrics on its management port. Looks at {@code http}'s calls and knows no other step. Calls
 * are counted on the threads of connections; pages are made on the management port's.
 */
package io.kafkasend.gateway.observe;
