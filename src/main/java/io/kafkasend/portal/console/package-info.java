/**
 * The console: what the portal knows of its jobs, as a page, as JSON, and as server-sent events, on the management port.
 * Knows the rooms that it looks at and {@code observe}, through which it is served; none of them knows it. It reads what is
 * there, and never a body. What jobs bring costs them a few field writes; all that is kept is bounded.
 */
package io.kafkasend.portal.console;
