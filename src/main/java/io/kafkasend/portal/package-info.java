/**
 * The beans behind {@code routes/portal}: each class is a step that the YAML names, or what several steps share. The order
 * of the steps stands in the YAML and nowhere else.
 */
package io.kafkasend.portal;
