/** The client. */
import { PassThrough, type Readable } from 'node:stream'

import { KafkaSendError } from './errors.js'
import { FetchJob } from './fetch.js'
import { type Job, type Sending, SentJob, type Ways, cancelOf } from './job.js'
import type { KafkaSettings } from './kafka.js'
import { Link } from './link.js'
import type { Start } from './messages.js'
import { type Answer, type Progress, type Receipt, type Request, checked, headerOf } from './request.js'
import type { SigningKey } from './signing.js'
import { type Target, sinkFor } from './target.js'
import { unwatched } from './waiting.js'

const MEMORY_BYTES = 256 << 20
const DAY_SECONDS = 86_400
const LOOK_EVERY = 30_000
const CONNECT_SECONDS = 10

/** How a client gets to Kafka and its portals. */
export interface ClientSettings {
  /** `host:port`, `localhost:9092` if not set. */
  readonly bootstrapServers?: string | readonly string[]
  /** `api-requests` if not set. */
  readonly requestTopic?: string
  /** `api-responses` if not set. */
  readonly answerTopic?: string
  /** Where answers are wanted, and read, in place of `answerTopic`; the portal has to allow it. */
  readonly replyTopic?: string
  readonly signingKey?: SigningKey
  /** Sends bodies as they are, without base64: only if all portals of the topic read frames. */
  readonly binaryFrames?: boolean
  /** No portal of the topic is of the earlier implementation: CANCEL is always sent. */
  readonly modernPortals?: boolean
  /** Bytes of an answer that may be kept in memory. */
  readonly memory?: number
  /** Settings of `@platformatic/kafka`, such as `tls` and `sasl`. */
  readonly kafka?: KafkaSettings
  /** Hears what is odd and no failure; if not set, `process.emitWarning`. */
  readonly warn?: (line: string) => void
  /** Milliseconds after which partitions that were added to the answer topic are looked for, 30,000 if not set. */
  readonly lookEvery?: number
}

/** How one answer is wanted. */
export interface Options {
  readonly target?: Target
  /** Is told how far the job is. */
  readonly progress?: (progress: Progress) => void
  /** Cancels the job. */
  readonly signal?: AbortSignal
}

/** An answer whose body is read as it comes: as fast as it is read, the rest waits in Kafka. */
export interface OpenAnswer {
  readonly jobId: string
  readonly status: number
  readonly headers: Readonly<Record<string, string[]>>
  header(name: string): string | undefined
  /** Ends once the body is whole and checked, and fails by a `KafkaSendError` otherwise. Destroying it cancels the job. */
  readonly body: Readable
}

/** Sends requests to a portal, and reads their answers. Make one, and close it at the end: it keeps its process alive. */
export class Client {
  readonly #link: Link
  readonly #sending: Sending
  readonly #memory: number
  readonly #warn: (line: string) => void

  private constructor(link: Link, settings: ClientSettings) {
    this.#link = link
    this.#memory = settings.memory ?? MEMORY_BYTES
    this.#warn = settings.warn ?? ((line) => { process.emitWarning(line, 'KafkaSendWarning') })
    this.#sending = {
      key: settings.signingKey,
      frames: settings.binaryFrames === true,
      modern: settings.modernPortals === true,
      replyTopic: settings.replyTopic
    }
  }

  /** @throws KafkaSendError NO_BROKER, NO_TOPIC or SETTINGS */
  static async connect(settings: ClientSettings = {}): Promise<Client> {
    const { bootstrapServers: servers = 'localhost:9092', requestTopic = 'api-requests', answerTopic = 'api-responses' } = settings
    const bootstrapBrokers = typeof servers === 'string' ? servers.split(',').map((each) => each.trim()) : [...servers]
    const connection = { clientId: 'kafkasend', connectTimeout: CONNECT_SECONDS * 1000, ...settings.kafka, bootstrapBrokers }
    const link = await Link.open(connection, requestTopic, settings.replyTopic ?? answerTopic, settings.lookEvery ?? LOOK_EVERY)
    return new Client(link, settings)
  }

  /**
   * Begins a job.
   *
   * @throws KafkaSendError REQUEST or TARGET, where nothing was sent
   */
  async submit(request: Request, options: Options = {}): Promise<Job> {
    checked(request)
    return follow(new SentJob(await this.#ways(options), request, this.#sending), options)
  }

  /**
   * Sends a request, and waits for its answer.
   *
   * @throws KafkaSendError where there is none
   */
  async send(request: Request, options: Options = {}): Promise<Answer> {
    return (await this.submit(request, options)).answer
  }

  /**
   * Sends a request, and has the answer as soon as it begins; its body is a stream.
   *
   * @throws KafkaSendError where there is none
   */
  async open(request: Request, options: Omit<Options, 'target'> = {}): Promise<OpenAnswer> {
    checked(request)
    const body = new PassThrough()
    const ways = await this.#ways({ ...options, target: body })
    return new Promise((begun, failed) => {
      let open = false
      const onStart = (start: Start): void => {
        open = true
        const header = (name: string): string | undefined => headerOf(start.headers, name)
        begun({ jobId: job.jobId, status: start.status, headers: start.headers, header, body })
      }
      const job = follow(new SentJob(ways, request, this.#sending, onStart), options)
      let done = false
      body.once('close', () => {
        if (!done) {
          job.cancel()
        }
      })
      job.answer.then(
        () => {
          done = true
          body.end()
        },
        (error: unknown) => {
          done = true
          failed(error as Error) // of no effect once it has begun
          if (open) {
            body.destroy(error as Error)
          }
        }
      )
    })
  }

  /**
   * Begins to fetch an answer; see `fetch`.
   *
   * @throws KafkaSendError TARGET
   */
  async submitFetch(receipt: Receipt | string, options: Options & { readonly timeout?: number } = {}): Promise<Job> {
    const known = typeof receipt === 'string' ? { jobId: receipt, since: Date.now() / 1000 - DAY_SECONDS } : receipt
    return follow(new FetchJob(await this.#ways(options), known, options.timeout ?? 0), options)
  }

  /**
   * The answer of a job that was begun before, by whomever: any number of times, while Kafka keeps it.
   *
   * @param receipt the job's; or its id, whose answer of the last day is looked for, of whichever START came first
   * @param options `timeout` is how many seconds to wait for an answer that is not whole yet; 0 is to look at what has come
   * @throws KafkaSendError TIMED_OUT, where it is not whole by then
   */
  async fetch(receipt: Receipt | string, options: Options & { readonly timeout?: number } = {}): Promise<Answer> {
    return (await this.submitFetch(receipt, options)).answer
  }

  /**
   * Has the portal give up a job that was begun before. It is best effort.
   *
   * @throws KafkaSendError SETTINGS, where the client does not know that portals read it (`modernPortals`)
   */
  async cancel(receipt: Receipt): Promise<void> {
    const { jobId, secret } = receipt
    if (!this.#sending.modern) {
      throw new KafkaSendError('SETTINGS', 'an old portal would stop at a CANCEL: say modernPortals', jobId)
    }
    await this.#link.write(jobId, this.#link.partitionOf(jobId), cancelOf(jobId, secret, this.#sending.key))
  }

  async #ways(options: Options): Promise<Ways> {
    const sink = await sinkFor(options.target, this.#memory)
    return { link: this.#link, sink, progress: options.progress, warn: this.#warn }
  }

  /** Ends what is under way. May be called again. */
  close(): Promise<void> {
    return this.#link.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function follow<J extends Job>(job: J, options: Options): J {
  const stop = (): void => {
    job.cancel()
  }
  options.signal?.addEventListener('abort', stop, { once: true })
  if (options.signal?.aborted === true) {
    stop()
  }
  unwatched(job.answer) // who looks at it later hears of it all the same
  void job.ended.then(() => options.signal?.removeEventListener('abort', stop))
  return job.begin()
}
