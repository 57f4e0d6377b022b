/**
 * HTTP/1.1 as the development servers speak it: connections, a request with its one answer, JSON. Knows none of our
 * packages. A connection has a thread of its own.
 */
package io.kafkasend.dev.http;
