/**
 * The outbox: files that are dropped into a folder go through the SDK to portals, and their answers come back into another. The routes of
 * {@code routes/outbox} name its beans. All that must outlive the process is in the folder itself, in {@code .sending}: a directory for
 * each file, with its record ({@link io.kafkasend.outbox.Parcel}). Threads of {@link io.kafkasend.outbox.FilesConsumer} take one file
 * after another through the route. Knows the SDK as any application does, and neither portal nor gateway.
 */
package io.kafkasend.outbox;
