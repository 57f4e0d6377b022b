/** One job: a request and its answer. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'

import { Assembly } from './assembly.js'
import { Body, CHUNK_BYTES, FRAME_BYTES } from './body.js'
import { KNOWN } from './encoding.js'
import { CancelledError, KafkaSendError, TimedOutError, textOf } from './errors.js'
import { type AnswerRecord, Inbox } from './inbox.js'
import { type Link, type Member, RECORD_BYTES, cancelled } from './link.js'
import { type Start, optional } from './messages.js'
import { Answer, type Progress, type Request, fieldsOfRequest } from './request.js'
import { type SigningKey, compact } from './signing.js'
import type { Sink } from './target.js'
import { unless, unwatched } from './waiting.js'

const GRACE_SECONDS = 5
const IN_FLIGHT = 4
const SIGNED_SECONDS = 900
const DEFAULT_SECONDS = 300
const ROOM_BYTES = 1024
const MOST_MILLISECONDS = 2 ** 31 - 1

/** How a job is begun. */
export interface Ways {
  readonly link: Link
  readonly sink: Sink
  readonly progress?: ((progress: Progress) => void) | undefined
  readonly warn: (line: string) => void
}

/** An answer that is under way. */
export abstract class Job implements Member {
  /** The answer, or the error that ends it. */
  readonly answer: Promise<Answer>
  readonly inbox = new Inbox()
  readonly ended: Promise<unknown>
  protected readonly ending = new AbortController()
  protected readonly assembly: Assembly
  #progress: Progress = { sent: 0, total: 0, received: 0 }
  #listener: ((progress: Progress) => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #over = false
  #begin!: () => void

  constructor(
    readonly jobId: string,
    private readonly seconds: number | undefined,
    protected readonly ways: Ways
  ) {
    this.assembly = new Assembly(jobId, undefined, ways.sink, ways.warn)
    this.#listener = ways.progress
    const begun = new Promise<void>((begin) => (this.#begin = begin))
    this.answer = begun.then(() => this.#run())
    this.ended = this.answer.catch(() => undefined)
  }

  /** Wants the answer no longer. The portal is told so where it is known to understand it. */
  cancel(): void {
    this.end(cancelled(this.jobId))
  }

  /** Ends it, unless it has ended. */
  end(cause: KafkaSendError): void {
    this.ending.abort(cause)
  }

  /** Begins it. */
  begin(): this {
    this.#begin()
    return this
  }

  async #run(): Promise<Answer> {
    if (this.seconds !== undefined) {
      this.endAfter(this.seconds, this.seconds)
    }
    try {
      const start = await this.call()
      const body = await this.#complete()
      const { size, crc } = this.assembly
      return new Answer(this.jobId, start.status, start.headers, size, crc, body, start.droppedHeaders)
    } finally {
      this.#over = true
      clearTimeout(this.#timer)
      await this.ways.sink.abort().catch((e: unknown) => {
        this.ways.warn(`What was written of an answer cannot be removed: ${textOf(e)}`)
      })
    }
  }

  /** Has it time out after so many seconds; it names the ones that were asked for. */
  protected endAfter(left: number, asked: number): void {
    if (this.#over) {
      return
    }
    this.#timer = setTimeout(
      () => {
        const stage = this.assembly.status === undefined ? '' : `; the portal's last word: ${this.assembly.status.stage}`
        this.end(new TimedOutError('TIMED_OUT', `no whole answer within ${asked} seconds${stage}`, this.jobId))
      },
      Math.min(left * 1000, MOST_MILLISECONDS)
    )
  }

  async #complete(): Promise<Buffer | undefined> {
    try {
      return await this.ways.sink.complete()
    } catch (e) {
      throw new KafkaSendError('TARGET', `the answer cannot be written: ${textOf(e)}`, this.jobId, e)
    }
  }

  /** Has the answer put together. */
  protected abstract call(): Promise<Start>

  /** Called when START of the answer is known. */
  protected started(_start: Start): void {
    // Who reads the body as it comes waits for it.
  }

  protected async receive(): Promise<Start> {
    while (!this.assembly.whole) {
      await this.take(await unless(this.ending.signal, this.inbox.take()))
    }
    return this.assembly.start!
  }

  protected async take(record: AnswerRecord): Promise<void> {
    const message = await unless(this.ending.signal, this.assembly.take(record.value, record.headers))
    if (message !== undefined) {
      this.tell({ received: this.assembly.size, ...optional('status', this.assembly.status) })
    }
  }

  protected tell(changes: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...changes }
    try {
      this.#listener?.(this.#progress)
    } catch (e) {
      this.#listener = undefined
      this.ways.warn(`A listener for progress fails, and is asked no more: ${textOf(e)}`)
    }
  }
}

/** How a client sends. */
export interface Sending {
  readonly key: SigningKey | undefined
  readonly frames: boolean
  readonly modern: boolean
  readonly replyTopic: string | undefined
}

/** A request that is sent, and its answer. */
export class SentJob extends Job {
  readonly #secret = randomBytes(24).toString('base64url')
  readonly #partition: number
  #written = false

  constructor(
    ways: Ways,
    private readonly request: Request,
    private readonly sending: Sending,
    private readonly onStart?: (start: Start) => void
  ) {
    super(randomUUID(), (request.timeout ?? DEFAULT_SECONDS) + GRACE_SECONDS, ways)
    this.#partition = ways.link.partitionOf(this.jobId)
  }

  protected async call(): Promise<Start> {
    const { link } = this.ways
    const size = this.sending.frames ? FRAME_BYTES : CHUNK_BYTES
    const sha256 = this.request.sha256 === true || this.sending.key !== undefined
    link.join(this, true)
    const opened = Body.of(this.request.body, size, this.request.contentEncoding, sha256)
    try {
      const body = await unless(this.ending.signal, opened)
      const [, start] = await Promise.all([this.#orEnd(this.#send(body)), this.#orEnd(this.#answered())])
      return start
    } catch (e) {
      const closed = e instanceof KafkaSendError && e.code === 'CLOSED' && this.request.outlives !== true
      if (closed || e instanceof CancelledError || e instanceof TimedOutError) {
        this.#tellPortal()
      }
      throw e
    } finally {
      unwatched(opened.then((body) => body.close()))
      link.leave(this)
    }
  }

  /** What fails ends the other half, too. */
  async #orEnd<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (e) {
      this.ending.abort(e)
      throw e
    }
  }

  async #answered(): Promise<Start> {
    const start = await this.receive()
    const { formField, formFields } = this.request
    if ((formField ?? formFields) !== undefined && !start.form) {
      const line = `the portal is too old for form fields: the API got the file alone, and answered ${start.status}`
      throw new KafkaSendError('OLD_PORTAL', line, this.jobId)
    }
    return start
  }

  protected override async take(record: AnswerRecord): Promise<void> {
    const before = this.assembly.start
    const taking = super.take(record)
    // Before its first byte is written: who reads the body as it comes begins by START.
    if (this.onStart !== undefined && before === undefined && this.assembly.start !== undefined) {
      this.onStart(this.assembly.start)
    }
    await taking
  }

  async #send(body: Body): Promise<void> {
    const start = compact(this.#start(body))
    if (start.length + this.jobId.length > RECORD_BYTES - ROOM_BYTES) {
      throw new KafkaSendError('REQUEST', `endpoint and headers make a START of ${start.length} bytes`, this.jobId)
    }
    const digest = createHash('sha256').update(start).digest('hex')
    this.assembly.digest = digest
    const { answerTopic: topic } = this.ways.link
    await this.request.onReceipt?.({ jobId: this.jobId, requestSha256: digest, topic, since: Date.now() / 1000, secret: this.#secret })
    this.tell({ total: body.totalBytes })
    this.ending.signal.throwIfAborted()
    this.#written = true
    const open: Promise<void>[] = [this.#write(start, {}, 0)]
    let sequence = 0
    for await (const { data, size } of body.chunks()) {
      open.push(this.#writeChunk(sequence++, data, size, body.totalChunks, digest))
      if (open.length >= IN_FLIGHT) {
        await unless(this.ending.signal, open.shift()!)
      }
    }
    await unless(this.ending.signal, Promise.all(open))
  }

  #start(body: Body): object {
    const { request, sending } = this
    const now = Date.now() / 1000
    const timeout = request.timeout ?? DEFAULT_SECONDS
    const start = {
      job_id: this.jobId,
      message_type: 'START',
      sequence: 0,
      ...fieldsOfRequest(request),
      total_chunks: body.totalChunks,
      crc32: body.crc32,
      total_bytes: body.totalBytes,
      timeout_seconds: timeout,
      expires_at: Math.ceil(now) + timeout,
      accept: ['binary', ...KNOWN.toReversed(), 'header-lists', 'progress', ...(request.trickle === true ? ['stream'] : [])],
      secret_sha256: createHash('sha256').update(this.#secret).digest('hex'),
      ...optional('sha256', body.sha256),
      ...optional('content_encoding', body.encoding),
      ...(sending.frames ? { binary_frames: true } : {}),
      ...optional('reply_to', sending.replyTopic),
      ...optional('client_id', sending.key?.clientId)
    }
    if (sending.key === undefined) {
      return start
    }
    const iat = Math.floor(now)
    const claims = { iat, exp: iat + Math.min(timeout, SIGNED_SECONDS), aud: this.ways.link.requestTopic, partition: this.#partition }
    return { ...start, signature: sending.key.sign({ ...start, ...claims }) }
  }

  #writeChunk(sequence: number, data: Buffer, size: number, total: number, digest: string): Promise<void> {
    if (this.sending.frames) {
      const headers = { 'ks-type': 'CHUNK', 'ks-seq': String(sequence), 'ks-total': String(total), 'ks-request': digest }
      return this.#write(data, headers, size)
    }
    const fields = { job_id: this.jobId, message_type: 'CHUNK', sequence, total_chunks: total, request_sha256: digest }
    return this.#write(compact({ ...fields, data: data.toString('base64') }), {}, size)
  }

  #sent = 0

  #write(value: Buffer, headers: Record<string, string>, size: number): Promise<void> {
    const written = this.ways.link.write(this.jobId, this.#partition, value, headers).then(() => {
      this.#sent += size
      if (size > 0 && !this.ending.signal.aborted) {
        this.tell({ sent: this.#sent })
      }
    })
    unwatched(written)
    return written
  }

  /** A CANCEL, after all that was sent. An old portal would stop at it, for good. */
  #tellPortal(): void {
    if (this.#written && (this.sending.modern || this.assembly.proven)) {
      unwatched(this.ways.link.write(this.jobId, this.#partition, cancelOf(this.jobId, this.#secret, this.sending.key)))
    }
  }
}

/** A CANCEL's record. */
export function cancelOf(jobId: string, secret: string | undefined, key: SigningKey | undefined): Buffer {
  const fields = { job_id: jobId, message_type: 'CANCEL', sequence: 0 }
  return compact({ ...fields, ...optional('secret', secret), ...optional('signature', key?.sign(fields)) })
}
