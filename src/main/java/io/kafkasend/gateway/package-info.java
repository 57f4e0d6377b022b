/**
 * The gateway: HTTP from callers, through the SDK, to portals and back. The routes of {@code routes/gateway} name the beans of its rooms
 * {@code http}, {@code caller}, {@code stored}, {@code upload} and {@code relay}; {@code settings} and {@code problem} serve these. Knows the SDK as any application does.
 */
package io.kafkasend.gateway;
