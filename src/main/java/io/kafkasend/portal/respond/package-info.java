/**
 * The route {@code respond}: the API's answer becomes vetted, cut into records and sent in windows. Runs on the
 * callers' threads; what the broker has is settled on {@code kafkasend-settling}.
 */
package io.kafkasend.portal.respond;
