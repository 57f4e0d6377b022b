/** What is asked for, what comes back, and what to keep in order to fetch it later. */
import type { Source } from './body.js'
import { KafkaSendError } from './errors.js'
import { KNOWN } from './encoding.js'
import { type Status, optional } from './messages.js'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
const SECRETS = ['authorization', 'cookie', 'proxy-authorization']

/** How far a job is: bytes of the body that went to the broker of `total`, bytes of the answer, and the portal's last STATUS. */
export interface Progress {
  readonly sent: number
  readonly total: number
  readonly received: number
  readonly status?: Status
}

/**
 * All that is needed to fetch an answer later, or to cancel its job; it goes through JSON. Keep it as a password: it has the job's secret.
 *
 * `since` is in seconds since 1970: nothing of the answer is older. `topic` is where the answer goes.
 */
export interface Receipt {
  readonly jobId: string
  readonly requestSha256?: string
  readonly topic?: string
  readonly since?: number
  readonly secret?: string
}

/** An HTTP request. */
export interface Request {
  readonly method: string
  readonly endpoint: string
  readonly body?: Source
  readonly headers?: Readonly<Record<string, string>>
  /** Together with `filename` it makes the body the file of a form, beside `formFields`. */
  readonly contentType?: string
  readonly filename?: string
  readonly formField?: string
  readonly formFields?: Readonly<Record<string, string | readonly string[]>>
  /** Seconds, 1 and more, 300 if not set: the portal is told so, and the client waits 5 s longer, for its ERROR. */
  readonly timeout?: number
  /** Adds the body's SHA-256, and asks for the answer's. */
  readonly sha256?: boolean
  /** `gzip`, or `zstd` where Node has it. */
  readonly contentEncoding?: string
  readonly traceparent?: string
  /** Called before anything is sent; nothing is, if it fails. */
  readonly onReceipt?: (receipt: Receipt) => unknown
  /** For who fetches the answer later: closing the client does not cancel the job. */
  readonly outlives?: boolean
  /** Wants the answer as the API sends it, and not in full chunks. */
  readonly trickle?: boolean
}

/** The API's answer. `body` is there where no target was named; `size` is its length in bytes. */
export class Answer {
  constructor(
    readonly jobId: string,
    readonly status: number,
    readonly headers: Readonly<Record<string, string[]>>,
    readonly size: number,
    readonly crc32: number,
    readonly body: Buffer | undefined,
    readonly droppedHeaders: readonly string[]
  ) {}

  /** The header's values, joined by a comma; names are not case-sensitive. */
  header(name: string): string | undefined {
    return headerOf(this.headers, name)
  }

  /** The body as UTF-8. */
  get text(): string {
    return this.body?.toString() ?? ''
  }

  /** The body as JSON. */
  json(): unknown {
    return JSON.parse(this.text)
  }
}

/** A header's values, joined by a comma. */
export function headerOf(headers: Readonly<Record<string, string[]>>, name: string): string | undefined {
  const values = Object.entries(headers).flatMap(([key, found]) => (key.toLowerCase() === name.toLowerCase() ? found : []))
  return values.length > 0 ? values.join(', ') : undefined
}

/** @throws KafkaSendError REQUEST, where something cannot be asked for */
export function checked(request: Request): Request {
  const no = (line: string): never => {
    throw new KafkaSendError('REQUEST', line)
  }
  const { method, timeout = 1, contentEncoding, formField, formFields } = request
  METHODS.includes(method) || no(`${method} is none of ${METHODS.join(', ')}`)
  ;(Number.isInteger(timeout) && timeout >= 1) || no('timeout is whole seconds, 1 or more')
  for (const name of Object.keys(request.headers ?? {})) {
    SECRETS.includes(name.toLowerCase()) && no(`${name} must not go over Kafka, where others read it`)
  }
  if ((formField ?? formFields) !== undefined && (!request.filename || !request.contentType)) {
    no('form fields need filename and contentType')
  }
  JSON.stringify(fieldsOfRequest(request), (name, value: unknown) => {
    return name.isWellFormed() && (typeof value !== 'string' || value.isWellFormed()) ? value : no('a text is no well-formed Unicode')
  })
  if (contentEncoding !== undefined && !KNOWN.includes(contentEncoding)) {
    no(`${contentEncoding} is none of ${KNOWN.join(', ')}`)
  }
  return request
}

/** The fields of START that it has by itself. */
export function fieldsOfRequest(request: Request): object {
  return {
    method: request.method,
    endpoint: request.endpoint,
    headers: request.headers ?? {},
    ...optional('filename', request.filename),
    ...optional('content_type', request.contentType),
    ...optional('form_field', request.formField),
    ...optional('form_fields', request.formFields),
    ...optional('traceparent', request.traceparent)
  }
}
