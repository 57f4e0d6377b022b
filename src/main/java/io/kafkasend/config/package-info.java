/** Typed settings, declared once and checked together at start. */
package io.kafkasend.config;
