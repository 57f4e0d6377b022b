#!/usr/bin/env node
/* A KafkaSend client in one file: an HTTP request over Kafka, in chunks, and its answer. PROTOCOL.md says why each line is there.
 *
 *     npm ci
 *     node client.js GET /api/v1/status
 *     node client.js POST /api/v1/upload report.pdf --type application/pdf
 *     node client.js GET '/api/v1/documents/a?size=50000000' --output a.bin
 *
 * Options: --raw (the file as it is, and not as the file of a form), --header NAME:VALUE, --timeout SECONDS, --fail. The body of the
 * answer goes to standard output or a file, byte for byte, once all of it has come and is checked; the rest goes to standard error.
 * Exit codes: 0 answered, 1 failed, 2 bad usage, 3 API's 4xx or 5xx (with --fail), 4 timed out, 130 Ctrl-C. Kafka is that of
 * KAFKA_BOOTSTRAP_SERVERS, KAFKA_REQUEST_TOPIC and KAFKA_RESPONSE_TOPIC; KAFKAJS_CONFIG='{"ssl": true, "sasl": {...}}' goes to kafkajs.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import zlib from 'node:zlib'

const CHUNK_BYTES = 665_598 // the largest multiple of 3 that every portal takes
const HELD_BYTES = 64 << 20 // of CHUNKs that came before an earlier one
const CONNECT_SECONDS = 10
const GRACE_SECONDS = 5 // the portal is told a little less time than we wait: its ERROR says more than silence
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

/** What ends the program. */
const failure = (exitCode, line) => Object.assign(new Error(line), { exitCode })
const sha256 = data => createHash('sha256').update(data).digest('hex')

/** Puts one answer together from records in any order, repeated or not; the body goes to the file. */
class Answer {
  constructor(job, digest, file) {
    Object.assign(this, { job, digest, file, proven: false, whole: false })
    this.begin()
  }

  begin() {
    Object.assign(this, { start: null, total: null, crc32: null, held: new Map(), rest: '', next: 0, size: 0, crc: 0 })
    fs.ftruncateSync(this.file)
  }

  take({ key, value, headers }) {
    if (this.whole || key?.toString() !== this.job || value === null) return // the topic has everybody's answers: the key first
    const message = fields(value, headers ?? {})
    const digest = message.request_sha256 ?? null
    if ((message.job_id ?? this.job) !== this.job || (digest !== this.digest && (digest || this.proven))) return // of another START
    this.proven ||= digest !== null // from now on no record without a digest is ours
    const { message_type: type, sequence } = message
    if (type === 'ERROR') throw failure(1, `${message.error_message} (${message.error_code ?? 'no code'})`)
    if (type === 'START') {
      // A different one: a portal died in its answer, and another begins it anew.
      if (this.start && JSON.stringify(this.start) !== JSON.stringify(message)) this.begin()
      this.start = message
    } else if (type === 'CHUNK' && sequence >= this.next) {
      if (!this.held.has(sequence)) this.held.set(sequence, message.data)
    } else return // redelivered, or of a type that is not known yet
    // Whichever message carries them: a streamed answer has them on its last CHUNK only.
    this.total = message.total_chunks ?? this.total
    this.crc32 = message.crc32 ?? this.crc32
    while (this.start && this.held.has(this.next)) this.write(this.held.get(this.next))
    const held = [...this.held.values()].reduce((sum, data) => sum + data.length, 0)
    if (held > HELD_BYTES) throw failure(1, `CHUNK ${this.next} of the answer is missing`)
    if (this.start && this.total !== null && this.next >= this.total) this.check()
  }

  write(data) {
    this.held.delete(this.next++)
    if (typeof data === 'string' && this.start.is_text) data = Buffer.from(data) // START's: old portals say otherwise on their CHUNKs
    else if (typeof data === 'string') {
      const text = this.rest + data // all CHUNKs joined are one base64 text, which may be cut anywhere
      const cut = text.length - (text.length % 4)
      this.rest = text.slice(cut)
      data = Buffer.from(text.slice(0, cut), 'base64') // Node passes over what is no base64
      if (data.toString('base64') !== text.slice(0, cut)) throw new Error(`CHUNK ${this.next - 1} is not base64`)
    }
    for (let at = 0; at < data.length; ) at += fs.writeSync(this.file, data, at, data.length - at, this.size + at)
    this.size += data.length
    this.crc = zlib.crc32(data, this.crc)
  }

  check() {
    const { total_bytes: length, total_chunks: chunks, is_text: text } = this.start
    if (this.held.size || this.rest || this.next > this.total || (length ?? this.size) !== this.size)
      throw failure(1, `the answer has ${this.size} bytes, and was announced otherwise`)
    if ((this.crc32 ?? this.crc) !== this.crc) {
      if (!text || length != null || chunks == null) throw failure(1, `the answer's CRC-32 is ${this.crc}, and the portal sent ${this.crc32}`)
      console.error('client: warning: text that differs from its CRC-32, as old portals send it')
    }
    this.whole = true
  }
}

/** The message. A binary frame has its fields in record headers, and the body's bytes as value. */
function fields(value, headers) {
  if (headers['ks-type'] === undefined) return JSON.parse(value)
  const [type, sequence, total, crc, digest] = ['type', 'seq', 'total', 'crc32', 'request'].map(name => headers[`ks-${name}`]?.toString())
  const number = text => (text === undefined ? null : Number(text))
  return { message_type: type, sequence: number(sequence), total_chunks: number(total), crc32: number(crc), request_sha256: digest, data: value }
}

function* pieces(name) {
  const file = fs.openSync(name ?? os.devNull)
  for (let piece = Buffer.alloc(CHUNK_BYTES), read; (read = fs.readSync(file, piece)) > 0; ) yield piece.subarray(0, read)
  fs.closeSync(file)
}

/** Sends the request, and puts the answer's body into the file. */
async function call(options, method, endpoint, body, file) {
  const job = randomUUID()
  const start = { job_id: job, message_type: 'START', sequence: 0, total_chunks: 0, method, endpoint, crc32: 0, total_bytes: 0 }
  start.headers = Object.fromEntries(options.header.map(header => header.split(/:(.*)/s, 2).map(part => part.trim())))
  Object.assign(start, { timeout_seconds: options.timeout, expires_at: Math.floor(Date.now() / 1000) + options.timeout, accept: ['binary'] })
  start.secret_sha256 = sha256(randomBytes(24)) // who reads the id in an answer cannot add a CHUNK. The secret itself would be for a CANCEL
  if (body) Object.assign(start, { content_type: options.type }, options.raw ? {} : { filename: path.basename(body) })
  for (const piece of pieces(body)) {
    start.total_chunks++ // the file is read for its length and CRC-32 now, and again when it is sent
    start.total_bytes += piece.length
    start.crc32 = zlib.crc32(piece, start.crc32)
  }
  const value = JSON.stringify(start)
  const answer = new Answer(job, sha256(value), file)

  const { Kafka, logLevel, Partitioners } = await import('kafkajs').catch(() => Promise.reject(failure(1, 'the library kafkajs is missing: npm ci')))
  const { KAFKA_BOOTSTRAP_SERVERS: servers = 'localhost:9092', KAFKA_REQUEST_TOPIC: requests = 'api-requests' } = process.env
  const { KAFKA_RESPONSE_TOPIC: responses = 'api-responses', KAFKAJS_CONFIG: config = '{}' } = process.env
  const kafka = new Kafka({ brokers: servers.split(','), logLevel: logLevel.NOTHING, retry: { retries: 3 }, ...JSON.parse(config) })
  const createPartitioner = Partitioners.DefaultPartitioner
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, createPartitioner })
  // kafkajs reads in groups only: here one of its own, which commits nothing. It needs the right to read groups "kafkasend-...".
  const consumer = kafka.consumer({ groupId: `kafkasend-${job}`, maxWaitTimeInMs: 500, allowAutoTopicCreation: false })
  let resolve, reject
  const ended = new Promise((...both) => ([resolve, reject] = both))
  ended.catch(() => {}) // it is waited for later
  const failed = line => e => reject(e.exitCode ? e : failure(1, `${line}: ${e.message}`))
  const position = new Map()

  const listen = async () => {
    const admin = kafka.admin()
    await admin.connect()
    for (const topic of [requests, responses]) await admin.fetchTopicMetadata({ topics: [topic] }).catch(failed(`topic ${topic}`))
    // The end offsets, before anything is sent: "latest" would be looked up later, when the answer may be there already.
    for (const { partition, high } of await admin.fetchTopicOffsets(responses)) position.set(partition, BigInt(high))
    await Promise.all([admin.disconnect(), producer.connect(), consumer.connect()])
    const seek = () => position.forEach((offset, partition) => consumer.seek({ topic: responses, partition, offset: `${offset}` }))
    consumer.on(consumer.events.GROUP_JOIN, seek) // whenever that is: after a lost session, too
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || failed('the answer cannot be read')(payload.error))
    await consumer.subscribe({ topic: responses })
    const eachMessage = async ({ partition, message }) => {
      position.set(partition, BigInt(message.offset) + 1n)
      try {
        answer.take(message)
        if (answer.whole) resolve()
      } catch (e) {
        failed('the portal sent what is no message of the protocol')(e)
      }
    }
    await consumer.run({ autoCommit: false, eachMessage })
  }
  // One record a time: kafkajs puts those of one call into one batch, which has a record's bound. It returns when the broker has it.
  const send = (text, partition) => {
    const sent = producer.send({ topic: requests, acks: -1, messages: [{ key: job, value: text, partition }] })
    return Promise.race([sent.catch(failed('Kafka did not take the request')), ended])
  }
  const nobody = `no answer from Kafka at ${servers}`
  let timer = setTimeout(() => reject(failure(1, nobody)), CONNECT_SECONDS * 1000)
  try {
    await Promise.race([listen().catch(failed(nobody)), ended])
    clearTimeout(timer)
    timer = setTimeout(() => reject(failure(4, `no answer within ${options.timeout} seconds`)), (options.timeout + GRACE_SECONDS) * 1000)
    // START goes alone (PROTOCOL.md, "Producers"). CHUNKs go where it went, even if partitions are added meanwhile.
    const [{ partition }] = await send(value)
    let sequence = 0
    let sent = 0
    for (const piece of pieces(body)) {
      const chunk = { job_id: job, message_type: 'CHUNK', sequence: sequence++, request_sha256: answer.digest, data: piece.toString('base64') }
      await send(JSON.stringify(chunk), partition) // an ERROR ends the upload
      sent += piece.length
    }
    if (sent !== start.total_bytes) throw failure(1, `${body} changed while it was sent`)
    await ended
    return answer
  } finally {
    clearTimeout(timer)
    await Promise.race([Promise.allSettled([consumer.disconnect(), producer.disconnect()]), new Promise(rest => setTimeout(rest, 2000))])
  }
}

async function main() {
  const text = { type: 'string' }
  const flag = { type: 'boolean' }
  const known = { raw: flag, fail: flag, output: { ...text, short: 'o' }, header: { ...text, short: 'H', multiple: true, default: [] } }
  Object.assign(known, { type: { ...text, default: 'application/octet-stream' }, timeout: { ...text, default: '300' } })
  const { values: options, positionals } = parseArgs({ options: known, allowPositionals: true })
  const [method, endpoint, body, ...more] = positionals
  const require = (right, line) => { if (!right) throw failure(2, line) }
  require(METHODS.includes(method) && endpoint && !more.length, `it takes METHOD ENDPOINT [FILE]; METHOD is one of ${METHODS.join(', ')}`)
  require(/^[1-9]\d{0,5}$/.test(options.timeout), '--timeout takes seconds, 1 and more')
  require(options.header.every(header => header.indexOf(':') > 0), '--header takes NAME:VALUE')
  require(!body || fs.statSync(body, { throwIfNoEntry: false })?.isFile(), `${body} is no file`)
  options.timeout = Number(options.timeout)
  if (options.output) fs.closeSync(fs.openSync(options.output, 'a')) // whether it can be written is known before the call
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'kafkasend-'))
  const file = fs.openSync(path.join(directory, 'answer'), 'w+')
  fs.rmSync(directory, { recursive: true }) // the file lives as long as it is open
  const answer = await call(options, method, endpoint, body, file)
  const target = options.output ? fs.createWriteStream(options.output) : process.stdout
  await pipeline(fs.createReadStream('', { fd: file, start: 0 }), target, { end: target !== process.stdout })
  console.error(`${answer.start.status_code}, ${answer.size} bytes`)
  return options.fail && answer.start.status_code >= 400 ? 3 : 0
}

function report(e) {
  console.error(`client: ${e.message.replace(/[\p{C}\s]+/gu, ' ')}`) // nothing that a terminal heeds
  return e.exitCode ?? (e.code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1)
}

process.removeAllListeners('warning') // kafkajs sets timers of which newer Nodes warn
process.on('unhandledRejection', e => process.exit(report(e)))
process.on('SIGINT', () => process.exit(report(failure(130, 'interrupted'))))
process.exit(await main().catch(report))
