/** The connection to Kafka, for all jobs of a client: one producer, and one reader of the answers. */
import { Base, type ClusterTopicMetadata, Producer, compatibilityPartitioner } from '@platformatic/kafka'

import { CancelledError, KafkaSendError } from './errors.js'
import { Inbox } from './inbox.js'
import { type Connection, type Read, TopicReader, kafkaText, topicOf } from './kafka.js'
import { unwatched, within } from './waiting.js'

export const RECORD_BYTES = 1_048_576
const CLOSE_MILLISECONDS = 2000

/** A job, as its link knows it. */
export interface Member {
  readonly jobId: string
  readonly inbox: Inbox
  readonly ended: Promise<unknown>
  end(cause: KafkaSendError): void
}

/** The headers of a binary frame. */
export type FrameHeaders = Record<string, string>

export class Link {
  readonly #members = new Map<string, { member: Member; listens: boolean }>()
  #producer: Producer<string, Buffer, string, string> | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined

  private constructor(
    readonly connection: Connection,
    readonly requestTopic: string,
    readonly answerTopic: string,
    readonly partitions: number,
    private readonly reader: TopicReader,
    from: Map<number, bigint>,
    lookEvery: number
  ) {
    const take = (record: Read): Promise<void> | undefined => {
      const found = this.#members.get(record.key)
      return found?.listens === true ? found.member.inbox.put(record) : undefined
    }
    const refused = (error: KafkaSendError): void => {
      this.#endAll(error.message, error.code)
    }
    unwatched(reader.read(from, { take, refused, lookEvery }))
  }

  /** @throws KafkaSendError NO_BROKER, NO_TOPIC or SETTINGS */
  static async open(connection: Connection, requestTopic: string, answerTopic: string, lookEvery: number): Promise<Link> {
    try {
      new Base({ ...connection, strict: true }) // it looks at its settings; at a consumer's own ones its strict mode looks wrongly
    } catch (e) {
      throw new KafkaSendError('SETTINGS', `Kafka's library refuses a setting: ${kafkaText(e)}`, undefined, e)
    }
    const reader = new TopicReader(connection, answerTopic)
    const asking = new TopicReader(connection, requestTopic)
    try {
      const { partitionsCount }: ClusterTopicMetadata = await asking.metadata()
      await reader.metadata()
      const from = await reader.ends() // before anything is sent: no answer is missed
      return new Link(connection, requestTopic, answerTopic, partitionsCount, reader, from, lookEvery)
    } catch (e) {
      await reader.close()
      throw e
    } finally {
      await asking.close()
    }
  }

  get closed(): boolean {
    return this.#closing !== undefined
  }

  /** The partition of a job's records: as Kafka's own client would choose it by their key. */
  partitionOf(jobId: string): number {
    const message = { topic: this.requestTopic, value: undefined }
    return compatibilityPartitioner(message, Buffer.from(jobId)) % this.partitions
  }

  /**
   * @param listens whether it wants what comes from now on
   * @throws KafkaSendError CLOSED
   */
  join(member: Member, listens: boolean): void {
    if (this.closed) {
      throw closed(member.jobId)
    }
    this.#members.set(member.jobId, { member, listens })
  }

  leave(member: Member): void {
    this.#members.delete(member.jobId)
    member.inbox.close()
  }

  /**
   * Writes a record of a request; done when the broker has it. All go one after the other, so that they keep their order: of two that are
   * sent at once this library gives both the same number, and the broker takes the second one for a repetition. So a producer's first record
   * goes alone, too (KAFKA-15591).
   */
  write(jobId: string, partition: number, value: Buffer, headers: FrameHeaders = {}): Promise<void> {
    const written = this.#queue.then(() => this.#send(jobId, partition, value, headers))
    this.#queue = written.catch(() => undefined)
    return written
  }

  async #send(jobId: string, partition: number, value: Buffer, headers: FrameHeaders): Promise<void> {
    const bytes = (text?: string): Buffer | undefined => (text === undefined ? undefined : Buffer.from(text))
    const serializers = { key: bytes, headerKey: bytes, headerValue: bytes, value: (data?: Buffer) => data }
    this.#producer ??= new Producer({ retryDelay: 250, ...this.connection, idempotent: true, serializers })
    const producer = this.#producer
    try {
      await topicOf(producer, this.requestTopic, false)
      await producer.send({ messages: [{ topic: this.requestTopic, partition, key: jobId, value, headers }] })
    } catch (e) {
      // Whether the broker has it is not known: the next record begins a producer of its own, with numbers of its own.
      this.#producer = undefined
      unwatched(producer.close())
      throw new KafkaSendError('KAFKA', `Kafka did not take the request: ${kafkaText(e)}`, jobId, e)
    }
  }

  #endAll(line: string, code: string): void {
    for (const { member } of this.#members.values()) {
      member.end(new KafkaSendError(code, line, member.jobId))
    }
  }

  /** Ends all jobs, and lets them tell their portals. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close([...this.#members.values()].map(({ member }) => member))
    return this.#closing
  }

  async #close(members: Member[]): Promise<void> {
    for (const member of members) {
      member.end(closed(member.jobId))
    }
    await within(CLOSE_MILLISECONDS, Promise.allSettled(members.map((member) => member.ended)))
    await within(CLOSE_MILLISECONDS, this.#queue)
    await Promise.allSettled([this.reader.close(), this.#producer?.close()])
  }
}

function closed(jobId: string): KafkaSendError {
  return new KafkaSendError('CLOSED', 'the client was closed', jobId)
}

/** What a job ends by where its user gives up. */
export function cancelled(jobId: string): CancelledError {
  return new CancelledError('CANCELLED', 'the job was cancelled', jobId)
}
