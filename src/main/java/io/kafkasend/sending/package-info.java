/** What those share that send for others and may be killed meanwhile, the gateway and the outbox. Knows the SDK as any application does. */
package io.kafkasend.sending;
