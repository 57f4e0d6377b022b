/**
 * Whether a job was answered before a crash, as the answer topics tell. Knows no job object: whoever asks hands in a
 * question. One thread reads for all who ask; those wait, and so must not be the poll thread.
 */
package io.kafkasend.portal.outcome;
