/**
 * The settings as the beans take them, membership of the group, and what they need of the heap. Knows {@code config} and Camel's context, and
 * no step. Everything here is done when the context starts; afterwards the values do not change, and all threads read
 * them.
 */
package io.kafkasend.portal.settings;
