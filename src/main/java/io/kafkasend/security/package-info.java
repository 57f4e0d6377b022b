/**
 * What stands between a hostile client and the API: which endpoint may be called, which headers may pass, and to which
 * address the portal may connect. Plain Java, immutable and thread-safe; nothing here does I/O or resolves a name.
 *
 * <p>The rule for endpoints is that a string passes only if <em>every</em> reading of it is harmless: as it stands,
 * percent-decoded once or many times, with Unicode look-alikes folded, with path parameters removed. What passes is
 * forwarded byte for byte.
 */
package io.kafkasend.security;
