/** Messages of the answer topic, as PROTOCOL.md has them: read strictly, and with what is not known passed over. */
import { type Json, type JsonObject, MessageError, objectOf } from './json.js'

/** The headers of a record, in their order. */
export type RecordHeaders = readonly (readonly [name: string, value: Buffer | null])[]

export const CHUNKS = 100_000
const ANSWER_BYTES = 8 << 20
const STREAM_CHUNKS = 10_000_000
const DEPTH = 16
const DROPPED_HEADERS = 32
const MOST = 2n ** 63n - 1n
const STAGES = ['accepted', 'waiting', 'calling', 'answering']
const NUMBERS: Record<string, string> = { 'ks-seq': 'sequence', 'ks-total': 'total_chunks', 'ks-crc32': 'crc32' }
const DIGESTS: Record<string, string> = { 'ks-sha256': 'sha256', 'ks-request': 'request_sha256' }
const NUMBER = /^(?:0|[1-9][0-9]{0,18})$/
const SHA256 = /^[0-9a-f]{64}$/

/** The fields of a message; `data` of a frame is bytes. */
export interface Fields {
  [name: string]: Json | Buffer
}

/** Begins an answer. */
export interface Start {
  type: 'START'
  status: number
  isText: boolean
  headers: Record<string, string[]>
  totalChunks?: number
  crc32?: number
  sha256?: string
  totalBytes?: number
  contentEncoding?: string
  form: boolean
  droppedHeaders: string[]
  stream: boolean
}

/** A part of the body: bytes of a frame, or the data of JSON. */
export interface Chunk {
  type: 'CHUNK'
  sequence: number
  data: string | Buffer
  totalChunks?: number
  crc32?: number
  sha256?: string
}

/** An ERROR. */
export interface Failure {
  type: 'ERROR'
  message: string
  code?: string
  retryable: boolean
  retryAfterSeconds?: number
}

/** How far the job is at the portal: see STATUS in PROTOCOL.md. */
export interface Status {
  type: 'STATUS'
  stage: string
  seconds: number
  totalChunks?: number
  receivedChunks?: number
  nextSequence?: number
  before?: number
  awaits?: string
  attempt?: number
  errorCode?: string
  received?: string
  startOffset?: number
}

export type Message = Start | Chunk | Failure | Status

/**
 * The fields of a record: of JSON, or of a binary frame, whose `data` is bytes.
 *
 * @throws MessageError where it is neither
 */
export function fieldsOf(value: Buffer, headers: RecordHeaders): Fields {
  if (headers.some(([name]) => name === 'ks-type')) {
    return frame(value, headers)
  }
  if (value.length > ANSWER_BYTES) {
    throw new MessageError(`a message has ${value.length} bytes, and may have ${ANSWER_BYTES}`)
  }
  return withoutNulls(objectOf(value, DEPTH))
}

/**
 * The message that has these fields; undefined where its type, or a STATUS' stage, is not known yet.
 *
 * @throws MessageError where a field is missing, of another type or out of its range
 */
export function messageOf(fields: Fields): Message | undefined {
  switch (text(fields, 'message_type')) {
    case 'START':
      return startOf(fields)
    case 'CHUNK':
      return chunkOf(fields)
    case 'ERROR':
      return {
        type: 'ERROR',
        message: text(fields, 'error_message'),
        retryable: fields.retryable === true,
        ...optional('code', textIfThere(fields, 'error_code')),
        ...optional('retryAfterSeconds', number(fields, 'retry_after_seconds', 0, MOST))
      }
    case 'STATUS':
      return typeof fields.stage === 'string' && STAGES.includes(fields.stage) ? statusOf(fields, fields.stage) : undefined
    default:
      return undefined
  }
}

function withoutNulls(found: JsonObject): Fields {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null))
}

function frame(value: Buffer, headers: RecordHeaders): Fields {
  const found: Fields = { data: value }
  const seen = new Set<string>()
  for (const [name, raw] of headers) {
    const field = NUMBERS[name] ?? DIGESTS[name] ?? (name === 'ks-type' ? 'message_type' : undefined)
    if (field === undefined) {
      continue
    }
    if (seen.has(name)) {
      throw new MessageError(`a frame has ${name} twice`)
    }
    seen.add(name)
    const written = (raw ?? Buffer.alloc(0)).subarray(0, 65).toString('latin1')
    if (name === 'ks-type') {
      if (written !== 'CHUNK') {
        throw new MessageError('a frame is no CHUNK')
      }
      found[field] = written
    } else if (raw !== null && name in NUMBERS) {
      if (!NUMBER.test(written)) {
        throw new MessageError(`${name} is no number`)
      }
      found[field] = Number(written)
    } else if (raw !== null) {
      found[field] = written
    }
  }
  return found
}

function startOf(fields: Fields): Start {
  const status = number(fields, 'status_code', 100, 599)
  const dropped = fields.dropped_headers ?? []
  const encoding = textIfThere(fields, 'content_encoding')
  if (status === undefined || typeof fields.is_text !== 'boolean') {
    throw new MessageError('START has no status_code or no is_text')
  }
  if (!Array.isArray(dropped) || !dropped.every((name) => typeof name === 'string')) {
    throw new MessageError('dropped_headers is no list of names')
  }
  if (encoding !== undefined && encoding !== 'gzip' && encoding !== 'zstd') {
    throw new MessageError('content_encoding is none that is known')
  }
  return {
    type: 'START',
    status,
    isText: fields.is_text,
    headers: headersOf(fields.headers ?? {}),
    form: fields.form === true,
    droppedHeaders: dropped.slice(0, DROPPED_HEADERS),
    stream: fields.stream === true,
    ...optional('totalChunks', number(fields, 'total_chunks', 0, CHUNKS)),
    ...optional('crc32', number(fields, 'crc32', 0, 2 ** 32 - 1)),
    ...optional('sha256', digest(fields, 'sha256')),
    ...optional('totalBytes', number(fields, 'total_bytes', 0, MOST)),
    ...optional('contentEncoding', encoding)
  }
}

function headersOf(found: Json | Buffer): Record<string, string[]> {
  if (found === null || typeof found !== 'object' || Array.isArray(found)) {
    throw new MessageError('headers is no object')
  }
  const headers: [string, string[]][] = []
  for (const [name, value] of Object.entries(found as JsonObject)) {
    const values = Array.isArray(value) ? value : [value]
    if (!values.every((each) => typeof each === 'string')) {
      throw new MessageError("a header's value is no text")
    }
    headers.push([name, values])
  }
  return Object.fromEntries(headers)
}

function chunkOf(fields: Fields): Chunk {
  const sequence = number(fields, 'sequence', 0, STREAM_CHUNKS - 1)
  const data = fields.data
  if (sequence === undefined || (typeof data !== 'string' && !Buffer.isBuffer(data))) {
    throw new MessageError('CHUNK has no sequence or no data')
  }
  return {
    type: 'CHUNK',
    sequence,
    data,
    ...optional('totalChunks', number(fields, 'total_chunks', 0, STREAM_CHUNKS)),
    ...optional('crc32', number(fields, 'crc32', 0, 2 ** 32 - 1)),
    ...optional('sha256', digest(fields, 'sha256'))
  }
}

function statusOf(fields: Fields, stage: string): Status {
  const count = (name: string): number | undefined => {
    const found = fields[name]
    return typeof found === 'number' || typeof found === 'bigint' ? Math.min(Math.max(Number(found), 0), 2 ** 31 - 1) : undefined
  }
  const word = (name: string): string | undefined => {
    const found = fields[name]
    return typeof found === 'string' ? found : undefined
  }
  return {
    type: 'STATUS',
    stage,
    seconds: count('seconds') ?? 0,
    ...optional('totalChunks', count('total_chunks')),
    ...optional('receivedChunks', count('received_chunks')),
    ...optional('nextSequence', count('next_sequence')),
    ...optional('before', count('before')),
    ...optional('awaits', word('awaits')),
    ...optional('attempt', count('attempt')),
    ...optional('errorCode', word('error_code')),
    ...optional('received', word('received')),
    ...optional('startOffset', typeof fields.start_offset === 'number' && fields.start_offset >= 0 ? fields.start_offset : undefined)
  }
}

/** An object with that name, or none. */
export function optional<Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>)
}

function number(fields: Fields, name: string, least: number, most: number | bigint): number | undefined {
  const found = fields[name]
  if (found === undefined) {
    return undefined
  }
  if ((typeof found !== 'number' && typeof found !== 'bigint') || found < least || found > most) {
    throw new MessageError(`${name} is no integer from ${least} to ${String(most)}`)
  }
  return Number(found)
}

function text(fields: Fields, name: string): string {
  const found = fields[name]
  if (typeof found !== 'string') {
    throw new MessageError(`${name} is no text`)
  }
  return found
}

function textIfThere(fields: Fields, name: string): string | undefined {
  return fields[name] === undefined ? undefined : text(fields, name)
}

function digest(fields: Fields, name: string): string | undefined {
  const found = textIfThere(fields, name)
  if (found !== undefined && !SHA256.test(found)) {
    throw new MessageError(`${name} is no SHA-256`)
  }
  return found
}
