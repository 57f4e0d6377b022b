/** Puts one answer together from records in any order, repeated or not, of portals of any age. */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

import { decompress } from './encoding.js'
import { JobFailedError, KafkaSendError, textOf } from './errors.js'
import { MessageError } from './json.js'
import { type Chunk, type Fields, type Message, type RecordHeaders, type Start, type Status, fieldsOf, messageOf } from './messages.js'
import type { Sink } from './target.js'

/** Bytes of CHUNKs that came before an earlier one. */
const HELD_BYTES = 64 << 20
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** One answer. Its records are taken one after the other: wait for each. */
export class Assembly {
  start: Start | undefined
  status: Status | undefined
  size = 0
  /** CRC-32 of what has come of the body, and the one that was announced. */
  crc = 0
  crc32: number | undefined
  whole = false
  /** Whether a record has carried the digest: the portal is none of those of before. */
  proven = false
  #total: number | undefined
  #sha256: string | undefined
  #framed = false
  #next = 0
  #held = new Map<number, Chunk>()
  #heldBytes = 0
  #rest = ''
  #hash = createHash('sha256')

  /**
   * @param digest the SHA-256 of the request's START; undefined where it is not known: the first one that comes decides then
   * @param warn hears of what an old portal does, and is no failure
   */
  constructor(
    readonly jobId: string,
    public digest: string | undefined,
    readonly sink: Sink,
    readonly warn: (line: string) => void,
    readonly heldBytes = HELD_BYTES
  ) {}

  /**
   * Takes a record that has the job's key; what it was, or undefined where it is none of the answer's.
   *
   * @throws JobFailedError at an ERROR
   * @throws KafkaSendError where the answer is no good, or cannot be written
   */
  async take(value: Buffer, headers: RecordHeaders): Promise<Message | undefined> {
    let fields
    try {
      fields = fieldsOf(value, headers)
    } catch (e) {
      if (this.proven) {
        return undefined // it has no digest, as far as anybody can say
      }
      throw this.#broken(e)
    }
    if (this.whole || !this.#isOurs(fields)) {
      return undefined
    }
    try {
      return await this.#takeMessage(messageOf(fields), fields)
    } catch (e) {
      throw e instanceof MessageError ? this.#broken(e) : e
    }
  }

  /** Whether it answers our START, and not another one under this id. From the first digest on it has to say so. */
  #isOurs(fields: Fields): boolean {
    const digest = fields.request_sha256
    if ((fields.job_id ?? this.jobId) !== this.jobId || (digest === undefined && this.proven)) {
      return false
    }
    if (digest !== undefined) {
      if (this.digest === undefined && typeof digest === 'string' && /[^0]/.test(digest)) {
        this.digest = digest
      }
      if (digest !== this.digest) {
        return false
      }
      this.proven = true
    }
    return true
  }

  async #takeMessage(message: Message | undefined, fields: Fields): Promise<Message | undefined> {
    switch (message?.type) {
      case undefined:
        return undefined // of a type that is not known yet
      case 'ERROR':
        throw new JobFailedError(message.code ?? 'UNKNOWN', message.message, this.jobId, message.retryable, message.retryAfterSeconds)
      case 'STATUS':
        if (this.start !== undefined || fields.request_sha256 === undefined) {
          return undefined // it was overtaken by the answer
        }
        this.status = message
        return message
      case 'START':
        if (JSON.stringify(message) === JSON.stringify(this.start)) {
          return undefined // redelivered
        }
        if (this.start !== undefined) {
          this.warn(`The portal begins its answer anew job_id=${this.jobId} bytes_dropped=${this.size}`)
          await this.sink.restart()
          this.#forget()
        }
        this.start = message
        break
      case 'CHUNK':
        if (message.sequence < this.#next || this.#held.has(message.sequence)) {
          return undefined // redelivered: the first one counts
        }
        this.#held.set(message.sequence, message)
        this.#heldBytes += message.data.length
    }
    // Whichever message carries them: a streamed answer has them on its last CHUNK only.
    this.#total = message.totalChunks ?? this.#total
    this.crc32 = message.crc32 ?? this.crc32
    this.#sha256 = message.sha256 ?? this.#sha256
    await this.#advance()
    return message
  }

  #forget(): void {
    this.size = this.crc = this.#next = this.#heldBytes = 0
    this.#total = this.crc32 = this.#sha256 = undefined
    this.#framed = false
    this.#held.clear()
    this.#rest = ''
    this.#hash = createHash('sha256')
  }

  async #advance(): Promise<void> {
    const start = this.start
    for (let chunk; start !== undefined && (chunk = this.#held.get(this.#next)) !== undefined; ) {
      this.#held.delete(this.#next)
      this.#heldBytes -= chunk.data.length
      const data = this.#decode(start, chunk.data)
      this.#next++
      this.size += data.length
      this.crc = crc32(data, this.crc)
      this.#hash.update(data)
      if (data.length > 0) {
        await this.#write(data)
      }
    }
    if (this.#heldBytes > this.heldBytes) {
      throw new MessageError(`CHUNK ${this.#next} is missing, and ${this.#heldBytes} bytes of later ones have come`)
    }
    if (start !== undefined && this.#total !== undefined && this.#next >= this.#total) {
      this.#check(start, this.#total)
      this.whole = true
    }
  }

  async #write(data: Buffer): Promise<void> {
    try {
      await this.sink.write(data)
    } catch (e) {
      throw e instanceof KafkaSendError ? e : new KafkaSendError('TARGET', `the answer cannot be written: ${textOf(e)}`, this.jobId, e)
    }
  }

  #decode(start: Start, data: string | Buffer): Buffer {
    if (Buffer.isBuffer(data)) {
      this.#framed = true
      return start.contentEncoding === undefined ? data : decompress(start.contentEncoding, data)
    }
    if (start.contentEncoding !== undefined) {
      return decompress(start.contentEncoding, base64(data))
    }
    if (start.stream) {
      return base64(data)
    }
    if (start.isText) {
      return Buffer.from(data) // START's word: old portals say otherwise on their CHUNKs
    }
    const text = this.#rest + data // all CHUNKs joined are one base64 text, which may be cut anywhere
    const cut = text.length - (text.length % 4)
    this.#rest = text.slice(cut)
    return base64(text.slice(0, cut))
  }

  #check(start: Start, total: number): void {
    if (this.#next > total || this.#held.size > 0 || this.#rest !== '') {
      throw new MessageError(`it has other CHUNKs than the ${total} that were announced`)
    }
    if (start.totalBytes !== undefined && start.totalBytes !== this.size) {
      throw this.#corrupt(`the answer has ${this.size} bytes, and ${start.totalBytes} were announced`)
    }
    if (this.#sha256 !== undefined && this.#sha256 !== this.#hash.digest('hex')) {
      throw this.#corrupt("the answer's SHA-256 is not the one that the portal sent")
    }
    if (this.crc32 !== undefined && this.crc32 !== this.crc) {
      const ours = start.totalBytes !== undefined || start.totalChunks === undefined || start.contentEncoding !== undefined
      if (!start.isText || ours || this.#framed) {
        throw this.#corrupt(`the answer's CRC-32 is ${this.crc}, and the portal sent ${this.crc32}`)
      }
      this.warn(`Text that differs from its CRC-32, as old portals send it job_id=${this.jobId}`)
    }
  }

  #corrupt(line: string): KafkaSendError {
    return new KafkaSendError('CORRUPT', line, this.jobId)
  }

  #broken(cause: unknown): KafkaSendError {
    return new KafkaSendError('PROTOCOL', `the answer breaks the protocol: ${textOf(cause)}`, this.jobId)
  }
}

/** Node's own decoder passes over what is no base64. */
function base64(text: string): Buffer {
  if (text.length % 4 !== 0 || !BASE64.test(text)) {
    throw new MessageError("a CHUNK's data is no base64")
  }
  return Buffer.from(text, 'base64')
}
