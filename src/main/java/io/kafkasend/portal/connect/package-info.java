/**
 * The ways out to the API and to the token server: addresses that were checked, TLS that follows its files, a proxy
 * only where one is set. The only room that opens sockets to them. Used on the callers' threads and the token thread.
 */
package io.kafkasend.portal.connect;
