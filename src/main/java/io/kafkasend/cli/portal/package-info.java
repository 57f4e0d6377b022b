/**
 * {@code portal} and {@code keygen}: what an operator runs. The only room here that starts a portal beside {@code
 * dev}.
 */
package io.kafkasend.cli.portal;
