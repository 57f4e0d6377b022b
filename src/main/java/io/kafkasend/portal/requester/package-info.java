/**
 * Who sends requests, and how much of the portal each may take: signing clients with their keys, policies and rates,
 * the flow that a job counts for, the shares, the call slots. Knows no job. Read on the poll thread and on the
 * callers' threads; the files of keys and policies are watched by a thread of their own.
 */
package io.kafkasend.portal.requester;
