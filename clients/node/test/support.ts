/** What the tests share: the vectors, and a portal that does as it is told. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'

import { Producer } from '@platformatic/kafka'

import { Client, type ClientSettings } from '../src/index.js'
import { TopicReader } from '../src/kafka.js'
import type { RecordHeaders } from '../src/messages.js'

/** The project's root: this file is compiled to clients/node/dist/test, unless KAFKASEND_ROOT says otherwise. */
export const ROOT = process.env.KAFKASEND_ROOT === undefined ? new URL('../../../../', import.meta.url) : new URL(`file://${process.env.KAFKASEND_ROOT}/`)
export const VECTORS = new URL('src/test/resources/vectors/', ROOT)
export const SERVERS = process.env.KAFKASEND_TEST_BOOTSTRAP
/** For tests that need a broker. */
export const SKIP = SERVERS === undefined ? 'KAFKASEND_TEST_BOOTSTRAP names no broker' : false

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the JSON of a test has */
export type Any = any

export function vectors(name: string): Any[] {
  return readFileSync(new URL(name, VECTORS), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Any)
}

/** A client of the topics that the scripted portal serves. */
export function oddly(settings: ClientSettings = {}): Promise<Client> {
  return Client.connect({ bootstrapServers: SERVERS!, requestTopic: 'odd-requests', answerTopic: 'odd-responses', ...settings })
}

/** A request as it came; its body is that of all its CHUNKs. */
export class Seen {
  readonly start: Any
  readonly digest: string
  readonly parts = new Map<number, Buffer>()
  readonly cancels: Any[] = []
  framed = false

  constructor(
    readonly key: string,
    value: Buffer
  ) {
    this.start = JSON.parse(value.toString())
    this.digest = createHash('sha256').update(value).digest('hex')
  }

  get body(): Buffer {
    return Buffer.concat([...this.parts.keys()].sort((a, b) => a - b).map((sequence) => this.parts.get(sequence)!))
  }
}

export type Script = (portal: Portal, seen: Seen) => Promise<void>

/** Reads requests, and answers each as its script says, once it is whole. */
export class Portal {
  readonly seen: Seen[] = []
  readonly #producer: Producer<string, Buffer, string, Buffer>
  readonly #reader: TopicReader
  #queue: Promise<void> = Promise.resolve()

  private constructor(readonly script: Script) {
    const connection = { clientId: 'portal', bootstrapBrokers: [SERVERS!] }
    const bytes = (text?: string): Buffer | undefined => (text === undefined ? undefined : Buffer.from(text))
    const data = (value?: Buffer): Buffer | undefined => value
    this.#producer = new Producer({ ...connection, serializers: { key: bytes, headerKey: bytes, headerValue: data, value: data } })
    this.#reader = new TopicReader(connection, 'odd-requests')
  }

  static async start(script: Script): Promise<Portal> {
    const portal = new Portal(script)
    await portal.#reader.metadata()
    const from = await portal.#reader.ends()
    const take = async (record: { key: string; value: Buffer; headers: RecordHeaders }): Promise<void> => portal.#take(record.key, record.value, record.headers)
    const refused = (error: Error): void => {
      throw error
    }
    void portal.#reader.read(from, { take, refused, lookEvery: 30_000 })
    return portal
  }

  get last(): Seen {
    return this.seen.at(-1)!
  }

  async #take(key: string, value: Buffer, headers: RecordHeaders): Promise<void> {
    const framed = headers.find(([name]) => name === 'ks-type') !== undefined
    const fields = framed ? {} : (JSON.parse(value.toString()) as Any)
    if (fields.message_type === 'START') {
      this.seen.push(new Seen(key, value))
    }
    const seen = this.seen.findLast((each) => each.key === key)!
    if (fields.message_type === 'CANCEL') {
      seen.cancels.push(fields)
      return
    }
    if (framed) {
      const text = (name: string): string => headers.find(([each]) => each === name)![1]!.toString()
      seen.framed = text('ks-request') === seen.digest
      seen.parts.set(Number(text('ks-seq')), value)
    } else if (fields.message_type === 'CHUNK' && fields.request_sha256 === seen.digest) {
      seen.parts.set(fields.sequence, Buffer.from(fields.data, 'base64'))
    }
    if (seen.parts.size === seen.start.total_chunks) {
      await this.script(this, seen)
    }
  }

  send(seen: Seen, fields: Any, topic?: string): Promise<void> {
    const { request_sha256: digest = 'own' } = fields
    const own = digest === 'own' ? { request_sha256: seen.digest } : digest === 'other' ? { request_sha256: 'a'.repeat(64) } : {}
    const message = Object.fromEntries(Object.entries({ job_id: seen.key, ...fields, request_sha256: undefined, ...own }).filter(([, v]) => v !== undefined))
    return this.raw(seen.key, Buffer.from(JSON.stringify(message)), topic)
  }

  raw(key: string, value: Buffer | undefined, topic = 'odd-responses', headers: Map<string, Buffer> = new Map()): Promise<void> {
    this.#queue = this.#queue.then(async () => {
      await this.#producer.send({ messages: [{ topic, key, value: value as Buffer, headers, partition: crc32(key) % 4 }] })
    })
    return this.#queue
  }

  async answer(seen: Seen, body: Buffer | string, more: Any = {}, topic?: string): Promise<void> {
    const bytes = Buffer.from(body)
    const pieces = []
    for (let at = 0; at < bytes.length; at += 600_000) {
      pieces.push(bytes.subarray(at, at + 600_000))
    }
    const start = { status_code: 200, is_text: false, headers: { 'X-A': ['1', '2'] }, total_chunks: pieces.length, total_bytes: bytes.length }
    await this.send(seen, { message_type: 'START', ...start, crc32: crc32(bytes), ...more }, topic)
    for (const [sequence, piece] of pieces.entries()) {
      await this.send(seen, { message_type: 'CHUNK', sequence, is_text: false, data: piece.toString('base64') }, topic)
    }
  }

  async close(): Promise<void> {
    await this.#reader.close()
    await this.#producer.close()
  }
}

/** Waits until it holds. */
export async function until<T>(found: () => T | undefined): Promise<T> {
  for (const end = Date.now() + 20_000; ; ) {
    const result = found()
    if (result !== undefined) {
      return result
    }
    if (Date.now() > end) {
      throw new Error('it did not come about')
    }
    await new Promise((next) => setTimeout(next, 5))
  }
}
