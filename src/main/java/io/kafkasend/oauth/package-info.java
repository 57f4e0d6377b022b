/**
 * The portal's own access tokens, by OAuth 2.0 client credentials (RFC 6749 section 4.4).
 *
 * <p>{@link io.kafkasend.oauth.AccessTokens} is what the rest of the portal sees; {@link
 * io.kafkasend.oauth.ClientCredentialsTokens} is the one implementation: cached, renewed before expiry, one request at a
 * time. Fetching a token is apart from using it. Plain Java, the Nimbus OAuth 2.0 SDK and Apache's HTTP client: no
 * Camel, no Kafka.
 */
package io.kafkasend.oauth;
