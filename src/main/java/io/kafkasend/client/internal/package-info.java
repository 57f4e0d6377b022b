/**
 * What the SDK is built of: memory and its limits, waits, mailboxes, base64, which answer is whose. Not for users of the SDK:
 * public for the package above only, no part of {@code api/kafkasend-client.txt}, and free to change with any release. Knows
 * the protocol; nothing of the package above. Runs on whichever thread that package calls it on.
 */
package io.kafkasend.client.internal;
