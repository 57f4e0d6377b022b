/**
 * The settings as the gateway's beans take them. Knows {@code config} and Camel's context, and no other room. Everything here is done
 * when the context starts; afterwards all threads read the values.
 */
package io.kafkasend.gateway.settings;
