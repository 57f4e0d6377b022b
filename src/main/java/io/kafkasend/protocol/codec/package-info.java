/**
 * How messages are read from records' values and written to them: JSON, base64 and binary frames, strictly. Knows the
 * messages of the package above, which do not know it, and Jackson's parser.
 */
package io.kafkasend.protocol.codec;
