/**
 * {@code gateway}: HTTP for callers that have no SDK. The only room here that starts a gateway.
 */
package io.kafkasend.cli.gateway;
