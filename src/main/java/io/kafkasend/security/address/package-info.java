/**
 * Which addresses may be connected to, however they are written. The resolver waits for DNS; all else only reckons.
 */
package io.kafkasend.security.address;
