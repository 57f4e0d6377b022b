package io.kafkasend.cli.send;

import io.kafkasend.protocol.Method;

/**
 * What a command adds to the options that all have.
 *
 * @param method the HTTP method
 * @param contentType the body's media type; or null
 * @param filename makes it multipart/form-data; or null
 */
record RequestLine(Method method, String contentType, String filename) {}
