/**
 * The portal's own access tokens, by OAuth 2.0 client credentials (RFC 6749 section 4.4).
 *
 * <p>{@link io.kafkasend.oauth.AccessTokens} is what the rest of the portal sees; {@link
 * io.kafkasend.oauth.ClientCredentialsTokens} is the one implementation: cached, renewed before expiry, one request at a
 * time. {@link io.kafkasend.oauth.ClientAuthentication} has the ways to prove who the portal is; what it takes for that is
 * {@link io.kafkasend.oauth.Rotated}. Fetching a token is apart from using it. Plain Java, the Nimbus OAuth 2.0 SDK and
 * Apache's HTTP client: no Camel, no Kafka, and of KafkaSend only {@code security}, {@code tls},
 * {@code http} and {@code concurrent}.
 */
package io.kafkasend.oauth;
