/** One topic that is read from chosen offsets: no group is joined, and nothing is committed. */
import { setTimeout as pause } from 'node:timers/promises'

import { type BaseOptions, type ClusterTopicMetadata, Consumer, GenericError, MultipleErrors } from '@platformatic/kafka'

import { KafkaSendError, textOf } from './errors.js'
import type { AnswerRecord } from './inbox.js'

/** How to get into Kafka: what `@platformatic/kafka` takes, such as `tls` and `sasl`. */
export type KafkaSettings = Partial<Omit<BaseOptions, 'bootstrapBrokers' | 'context'>>

/** Settings of every connection. */
export interface Connection extends KafkaSettings {
  readonly clientId: string
  readonly bootstrapBrokers: string[]
}

/** A record, and its key in ASCII. */
export interface Read extends AnswerRecord {
  readonly key: string
}

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>

export interface Reading {
  take: (record: Read) => Promise<void> | undefined
  /** How far a partition has been read. */
  moved?: (partition: number, next: bigint) => void
  /** The topic may not be read: it ends the reading of whoever waits, though not this one. */
  refused: (error: KafkaSendError) => void
  /** Milliseconds after which partitions that were added are looked for. */
  lookEvery: number
}

const LATEST = -1n
const WAIT = 1000
const RETRY = 250
const FETCH_BYTES = 4 << 20
const READ_UNCOMMITTED = 0 // a transaction that somebody leaves open must hold up nobody's answer; digests say whose a record is
const CONTROL = 0x20
const OUT_OF_RANGE = 1
const NOT_AUTHORIZED = 29

/** Reads one topic. Close it at the end. */
export class TopicReader {
  readonly #asking: Consumer
  readonly #reading: Consumer
  readonly #ending = new AbortController()
  readonly #serving = new Map<number, Promise<void>>()
  readonly #positions = new Map<number, bigint>()

  constructor(
    connection: Connection,
    readonly topic: string
  ) {
    const settings = { ...connection, groupId: 'kafkasend-client', retryDelay: RETRY }
    this.#asking = new Consumer(settings)
    this.#reading = new Consumer({ ...settings, retries: 0 })
  }

  /** @throws KafkaSendError NO_TOPIC or NO_BROKER */
  async metadata(fresh = true): Promise<ClusterTopicMetadata> {
    return topicOf(this.#asking, this.topic, fresh)
  }

  /** The end of each partition, as a number: "latest" would be looked up later, when an answer may be there already. */
  async ends(): Promise<Map<number, bigint>> {
    return this.#offsets(LATEST)
  }

  /** Where each partition's records of that time and later begin; its end where there are none. */
  async since(milliseconds: number): Promise<Map<number, bigint>> {
    const ends = await this.ends()
    const found = await this.#offsets(BigInt(Math.max(milliseconds, 0)))
    return new Map([...ends].map(([partition, end]) => [partition, offsetOr(found.get(partition), end)]))
  }

  async #offsets(timestamp: bigint): Promise<Map<number, bigint>> {
    try {
      const request = { topics: [this.topic], timestamp, isolationLevel: READ_UNCOMMITTED }
      const found = await this.#asking.listOffsetsWithTimestamps(request)
      return new Map([...(found.get(this.topic) ?? [])].map(([partition, at]) => [partition, at.offset]))
    } catch (e) {
      throw refusal(e, this.topic)
    }
  }

  /** Reads on from these offsets, until it is closed. */
  async read(from: Map<number, bigint>, reading: Reading): Promise<void> {
    from.forEach((offset, partition) => this.#positions.set(partition, offset))
    while (!this.#ending.signal.aborted) {
      try {
        const { partitions } = await this.metadata()
        partitions.forEach((_, partition) => {
          if (!this.#positions.has(partition)) {
            this.#positions.set(partition, 0n) // it was added: all of it is new
          }
        })
        for (const leader of new Set(partitions.map((partition) => partition.leader))) {
          if (!this.#serving.has(leader)) {
            const serving = this.#serve(leader, reading).finally(() => this.#serving.delete(leader))
            this.#serving.set(leader, serving)
          }
        }
      } catch {
        // Kafka is away, or the topic: it is asked again.
      }
      await pause(reading.lookEvery, undefined, { signal: this.#ending.signal }).catch(() => undefined)
    }
    await Promise.all(this.#serving.values())
  }

  /** Reads what one broker leads, until it leads nothing. */
  async #serve(leader: number, reading: Reading): Promise<void> {
    let fresh = false
    while (!this.#ending.signal.aborted) {
      try {
        const { id, partitions } = await this.metadata(fresh)
        const led = [...this.#positions.keys()].filter((partition) => partitions[partition]?.leader === leader)
        if (led.length === 0) {
          return
        }
        const found = await this.#fetch(leader, id, led)
        fresh = await this.#take(found, reading)
      } catch {
        fresh = true // the library's error says no more than that the broker is away; its metadata may be old
        this.#reading.clearMetadata()
      }
      if (fresh) {
        await pause(RETRY, undefined, { signal: this.#ending.signal }).catch(() => undefined)
      }
    }
  }

  async #fetch(node: number, topicId: string, led: number[]): Promise<FetchResponse> {
    const partitions = led.map((partition) => ({
      partition,
      fetchOffset: this.#positions.get(partition)!,
      partitionMaxBytes: FETCH_BYTES,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1
    }))
    const request = { node, topics: [{ topicId, partitions }], maxWaitTime: WAIT, isolationLevel: READ_UNCOMMITTED }
    try {
      return await this.#reading.fetch({ ...request, maxBytes: FETCH_BYTES })
    } catch (e) {
      const response = e instanceof GenericError || e instanceof MultipleErrors ? (e.response as FetchResponse | undefined) : undefined
      if (response === undefined) {
        throw e
      }
      return response // one partition's error hides what came of the others
    }
  }

  /** Whether the leaders should be looked up again. */
  async #take(found: FetchResponse, reading: Reading): Promise<boolean> {
    let failed = found.errorCode !== 0
    for (const partition of found.responses.flatMap((response) => response.partitions)) {
      const { partitionIndex: index, errorCode } = partition
      if (errorCode === OUT_OF_RANGE) {
        const end = (await this.ends()).get(index) ?? 0n
        const begin = (await this.#offsets(-2n)).get(index) ?? 0n
        this.#positions.set(index, this.#positions.get(index)! > end ? end : begin)
      } else if (errorCode === NOT_AUTHORIZED) {
        reading.refused(new KafkaSendError('KAFKA', `topic ${this.topic} may not be read`))
      }
      failed ||= errorCode !== 0
      for (const batch of partition.records ?? []) {
        for (const record of (batch.attributes & CONTROL) === 0 ? batch.records : []) {
          const { key, value } = record
          if (key !== null && value !== null && batch.firstOffset + BigInt(record.offsetDelta) >= this.#positions.get(index)!) {
            const headers = record.headers.map(([name, text]) => [name?.toString() ?? '', text] as const)
            await reading.take({ key: key.toString('latin1'), value, headers })
          }
        }
        this.#positions.set(index, batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n)
      }
      reading.moved?.(index, this.#positions.get(index)!)
    }
    return failed
  }

  /** May be called again. */
  async close(): Promise<void> {
    this.#ending.abort()
    await Promise.allSettled([this.#asking.close(), this.#reading.close()])
  }
}

function offsetOr(found: bigint | undefined, end: bigint): bigint {
  return found === undefined || found < 0n ? end : found
}

/** @throws KafkaSendError NO_TOPIC or NO_BROKER */
export async function topicOf(client: Pick<Consumer, 'metadata'>, topic: string, fresh: boolean): Promise<ClusterTopicMetadata> {
  try {
    const found = (await client.metadata({ topics: [topic], forceUpdate: fresh })).topics.get(topic)
    if (found !== undefined) {
      return found
    }
  } catch (e) {
    throw refusal(e, topic)
  }
  throw new KafkaSendError('NO_TOPIC', `there is no topic ${topic}`)
}

function refusal(e: unknown, topic: string): KafkaSendError {
  const line = kafkaText(e)
  if (line.startsWith('Unknown topic')) {
    return new KafkaSendError('NO_TOPIC', `there is no topic ${topic}`, undefined, e)
  }
  const told = e instanceof MultipleErrors && e.response !== undefined
  return told
    ? new KafkaSendError('NO_TOPIC', `topic ${topic}: ${line}`, undefined, e)
    : new KafkaSendError('NO_BROKER', `no answer from Kafka: ${line}`, undefined, e)
}

/** What Kafka, or the way to it, says: the innermost cause, in one line. */
export function kafkaText(e: unknown): string {
  if (e instanceof AggregateError && e.errors.length > 0) {
    return kafkaText(e.errors.at(-1))
  }
  return e instanceof Error && e.cause instanceof Error ? kafkaText(e.cause) : textOf(e)
}
