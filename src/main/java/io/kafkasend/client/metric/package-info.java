/**
 * What the SDK counts, for whoever wants to see it: no library of metrics is needed for it. Part of the SDK's surface. Knows the
 * protocol; nothing of the packages above.
 */
package io.kafkasend.client.metric;
