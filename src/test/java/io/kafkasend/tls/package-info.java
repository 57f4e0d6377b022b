/** Certificates for tests, made anew for each run. */
package io.kafkasend.tls;
