/**
 * The offset ledger: which records are read and not settled, what may be committed, and what a commit's metadata says
 * beside its offset (the idea is parallel-consumer's). Knows offsets only: no job, no body, no HTTP. The poll thread
 * notes and commits; every thread settles.
 */
package io.kafkasend.portal.ledger;
