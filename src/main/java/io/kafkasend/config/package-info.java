/** Typed settings, declared once in the class of their subject, and read and checked together at start by PortalSettings. */
package io.kafkasend.config;
