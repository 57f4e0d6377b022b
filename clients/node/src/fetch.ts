/** An answer that is fetched later: read from its topic, which keeps it for its retention. */
import type { KafkaSendError } from './errors.js'
import { type Read, TopicReader } from './kafka.js'
import { Job, type Ways } from './job.js'
import type { Start } from './messages.js'
import type { Receipt } from './request.js'
import { unless, unwatched } from './waiting.js'

/** Clocks differ. */
const CLOCKS_SECONDS = 30
const LOOK_EVERY = 30_000

/** Reads all partitions from the receipt's time on. */
export class FetchJob extends Job {
  /** @param wait seconds to wait for an answer that is not whole yet; what has come is read in any case */
  constructor(
    ways: Ways,
    private readonly receipt: Receipt,
    private readonly wait: number
  ) {
    super(receipt.jobId, undefined, ways)
    this.assembly.digest = receipt.requestSha256
  }

  protected async call(): Promise<Start> {
    const { link } = this.ways
    const begun = performance.now()
    link.join(this, false)
    const reader = new TopicReader(link.connection, this.receipt.topic ?? link.answerTopic)
    try {
      const { signal } = this.ending
      await unless(signal, reader.metadata())
      const ends = await unless(signal, reader.ends())
      const from = await unless(signal, reader.since(((this.receipt.since ?? 0) - CLOCKS_SECONDS) * 1000))
      const unread = new Set([...ends.keys()].filter((partition) => from.get(partition)! < ends.get(partition)!))
      let caughtUp = (): void => undefined
      const all = new Promise<void>((done) => (caughtUp = done))
      const moved = (partition: number, next: bigint): void => {
        if (next >= (ends.get(partition) ?? 0n)) {
          unread.delete(partition)
        }
        if (unread.size === 0) {
          caughtUp()
        }
      }
      const refused = (error: KafkaSendError): void => {
        this.end(error)
      }
      const take = (record: Read): Promise<void> | undefined => (record.key === this.jobId ? this.inbox.put(record) : undefined)
      unwatched(reader.read(from, { take, moved, refused, lookEvery: LOOK_EVERY }))
      if (unread.size === 0) {
        caughtUp()
      }
      // What had come is read: wait for more only as long as was asked for.
      void all.then(() => this.inbox.drained()).then(() => {
        this.endAfter(Math.max(this.wait - (performance.now() - begun) / 1000, 0), this.wait)
      })
      return await this.receive()
    } finally {
      link.leave(this)
      await reader.close()
    }
  }
}
