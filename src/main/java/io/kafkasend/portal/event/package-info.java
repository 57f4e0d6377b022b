/**
 * What the portal tells its log: security events in one structured form, and floods as a count. It tells, and decides
 * nothing; it knows no job and no record but by what is handed in. All threads come here, so nothing waits but for the
 * log.
 */
package io.kafkasend.portal.event;
