/** The client against a real broker, and a portal that does as it is told. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { crc32, gunzipSync } from 'node:zlib'

import { CancelledError, Client, type ClientSettings, JobFailedError, KafkaSendError, type Progress, type Receipt, type Request, SigningKey, TimedOutError } from '../src/index.js'
import { TopicReader } from '../src/kafka.js'
import { Link } from '../src/link.js'
import { type Any, Portal, SERVERS, SKIP, type Script, VECTORS, oddly, until } from './support.js'

const BODY = randomBytes(2_000_001)
const OK: Script = (portal, seen) => portal.answer(seen, 'ok')
const ECHO: Script = (portal, seen) => portal.answer(seen, seen.body)
const NEVER: Script = (portal, seen) => portal.send(seen, { message_type: 'STATUS', stage: 'calling', seconds: 1 })

const coded = (code: string) => (error: unknown): boolean => error instanceof KafkaSendError && error.code === code

describe('with a broker', { skip: SKIP }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'kafkasend-'))
  let portal: Portal
  let client: Client
  /** What the portal does; by the endpoint, so that tests need no portal of their own. */
  let script: Script = ECHO

  before(async () => {
    portal = await Portal.start((its, seen) => script(its, seen))
    client = await oddly()
  })
  after(async () => {
    await client.close()
    await portal.close()
    rmSync(directory, { recursive: true })
  })

  async function withClient<T>(settings: ClientSettings, work: (client: Client) => Promise<T>): Promise<T> {
    const its = await oddly(settings)
    try {
      return await work(its)
    } finally {
      await its.close()
    }
  }

  test('bodies of every kind come through', async () => {
    script = ECHO
    const path = join(directory, 'body')
    writeFileSync(path, BODY)
    const kinds: [Request['body'], Buffer][] = [[BODY, BODY], ['ü', Buffer.from('ü')], [undefined, Buffer.alloc(0)], [{ path }, BODY], [{ path: pathToFileURL(path) }, BODY], [Readable.from([BODY]), BODY]]
    for (const [body, expected] of kinds) {
      const answer = await client.send({ method: 'POST', endpoint: '/echo', body })
      assert.deepEqual([answer.status, answer.size, answer.crc32], [200, expected.length, crc32(expected)])
      assert.ok(answer.body!.equals(expected))
      assert.deepEqual([answer.header('x-a'), answer.header('X-B')], ['1, 2', undefined])
    }
  })

  test('START says what the protocol asks for', async () => {
    script = (its, seen) => its.answer(seen, '{"a":1}', { form: true, dropped_headers: ['X-B'] })
    const now = Date.now() / 1000
    const answer = await client.send({
      method: 'PUT', endpoint: '/a?b=%20', body: BODY, headers: { 'X-A': 'ü' }, contentType: 'a/b', filename: 'ü.pdf', formField: 'f',
      formFields: { a: '1', b: ['2', '3'] }, timeout: 77, sha256: true, traceparent: '00-x', trickle: true
    })
    assert.deepEqual([answer.json(), answer.droppedHeaders], [{ a: 1 }, ['X-B']])
    const { start } = portal.last
    const { method, endpoint, headers, filename, content_type, form_field, form_fields, traceparent, timeout_seconds } = start
    assert.deepEqual([method, endpoint, headers, filename], ['PUT', '/a?b=%20', { 'X-A': 'ü' }, 'ü.pdf'])
    assert.deepEqual([content_type, form_field, form_fields, traceparent, timeout_seconds], ['a/b', 'f', { a: '1', b: ['2', '3'] }, '00-x', 77])
    assert.deepEqual([start.total_chunks, start.total_bytes, start.crc32], [4, BODY.length, crc32(BODY)])
    assert.equal(start.sha256, createHash('sha256').update(BODY).digest('hex'))
    assert.ok(start.expires_at > now + 76 && start.expires_at < now + 90 && start.secret_sha256.length === 64)
    assert.deepEqual(start.accept.filter((name: string) => name !== 'zstd'), ['binary', 'gzip', 'header-lists', 'progress', 'stream'])
    assert.ok(!('signature' in start) && !('reply_to' in start) && !('binary_frames' in start))
  })

  test('an answer goes to a file or a stream, and its progress is told', async () => {
    script = ECHO
    const told: Progress[] = []
    const target = join(directory, 'a')
    assert.equal((await client.send({ method: 'POST', endpoint: '/e', body: BODY }, { target, progress: (how) => told.push(how) })).body, undefined)
    assert.ok(readFileSync(target).equals(BODY))
    assert.equal(told[0]!.total, BODY.length)
    assert.deepEqual([Math.max(...told.map((how) => how.sent)), told.at(-1)!.received], [BODY.length, BODY.length])
    const parts: Buffer[] = []
    const stream = new Writable({ write: (part: Buffer, _, done) => { parts.push(part); setImmediate(done) } })
    await client.send({ method: 'POST', endpoint: '/e', body: BODY }, { target: stream })
    assert.ok(Buffer.concat(parts).equals(BODY) && !stream.destroyed)
    await assert.rejects(client.send({ method: 'POST', endpoint: '/e' }, { target: join(directory, 'no', 'such') }), coded('TARGET'))
  })

  test('an answer is read as a stream, as fast as its reader takes it', async () => {
    script = ECHO
    const answer = await client.open({ method: 'POST', endpoint: '/e', body: BODY })
    assert.deepEqual([answer.status, answer.header('x-a')], [200, '1, 2'])
    assert.ok((await buffer(answer.body)).equals(BODY))
    script = (its, seen) => its.answer(seen, BODY, { crc32: 1 })
    const corrupt = await client.open({ method: 'POST', endpoint: '/e' })
    await assert.rejects(buffer(corrupt.body), coded('CORRUPT'))
    script = (its, seen) => its.send(seen, { message_type: 'ERROR', error_message: 'no', error_code: 'X' })
    await assert.rejects(client.open({ method: 'POST', endpoint: '/e' }), coded('X'))
    script = (its, seen) => its.send(seen, { message_type: 'START', status_code: 200, is_text: true })
    const left = await client.open({ method: 'POST', endpoint: '/e' })
    left.body.destroy()
    await until(() => portal.last.cancels[0])
  })

  test('frames, compression and a reply topic', async () => {
    script = (its, seen) => its.answer(seen, 'ok', {}, 'replies')
    await withClient({ replyTopic: 'replies', binaryFrames: true }, async (its) => {
      assert.equal((await its.send({ method: 'POST', endpoint: '/a', body: BODY })).text, 'ok')
      const { start, framed, body } = portal.last
      assert.ok(framed && body.equals(BODY))
      assert.deepEqual([start.total_chunks, start.reply_to, start.binary_frames], [2, 'replies', true])
      await its.send({ method: 'POST', endpoint: '/a', body: 'abc'.repeat(1000), contentEncoding: 'gzip' })
      assert.equal(gunzipSync(portal.last.body).toString(), 'abc'.repeat(1000))
      assert.equal(portal.last.start.content_encoding, 'gzip')
      await its.send({ method: 'POST', endpoint: '/a', body: BODY, contentEncoding: 'gzip' })
      assert.ok(!('content_encoding' in portal.last.start) && portal.last.body.equals(BODY))
    })
  })

  async function cancelled(its: Client, signal?: AbortController): Promise<Any> {
    script = NEVER
    let heard = (): void => undefined
    const told = new Promise<void>((done) => (heard = done))
    const progress = (how: Progress): void => {
      if (how.status) {
        heard()
      }
    }
    const job = await its.submit({ method: 'GET', endpoint: '/never' }, { progress, ...(signal ? { signal: signal.signal } : {}) })
    await told
    if (signal) {
      signal.abort()
    } else {
      job.cancel()
    }
    await assert.rejects(job.answer, CancelledError)
    return until(() => portal.seen.find((seen) => seen.key === job.jobId)!.cancels[0])
  }

  test('a signed START says where it stands', async () => {
    const signingKey = await SigningKey.read('ed', new URL('signing-keys/ed.pem', VECTORS))
    const payloadOf = (signature: string): Any => JSON.parse(Buffer.from(signature.split('.')[1]!, 'base64url').toString())
    await withClient({ signingKey }, async (its) => {
      script = OK
      await its.send({ method: 'POST', endpoint: '/a', body: 'abc', timeout: 5000 })
      const { signature, ...start } = portal.last.start
      const { iat, exp, aud, partition, ...rest } = payloadOf(signature)
      assert.deepEqual(rest, start)
      assert.deepEqual([exp - iat, aud, typeof partition, rest.client_id], [900, 'odd-requests', 'number', 'ed'])
      assert.equal(rest.sha256, createHash('sha256').update('abc').digest('hex'))
      const { signature: second, job_id } = await cancelled(its)
      assert.deepEqual(payloadOf(second), { job_id, message_type: 'CANCEL', sequence: 0 })
    })
  })

  test('CANCEL shows the secret, by a signal too', async () => {
    for (const signal of [undefined, new AbortController()]) {
      const { secret } = await cancelled(client, signal)
      assert.equal(createHash('sha256').update(secret).digest('hex'), portal.last.start.secret_sha256)
    }
    await assert.rejects(client.send({ method: 'GET', endpoint: '/' }, { signal: AbortSignal.abort() }), CancelledError)
  })

  test('an old portal gets no CANCEL', async () => {
    script = () => Promise.resolve()
    const waiting = client.submit({ method: 'GET', endpoint: '/never', timeout: 1 })
    const job = await waiting
    await until(() => portal.seen.find((seen) => seen.key === job.jobId))
    job.end(new TimedOutError('TIMED_OUT', 'now', job.jobId))
    await assert.rejects(job.answer, coded('TIMED_OUT'))
    const silent = portal.last
    script = OK
    await client.send({ method: 'GET', endpoint: '/a' })
    assert.equal(silent.cancels.length, 0)
  })

  test('errors have their codes', async () => {
    script = (its, seen) => its.send(seen, { message_type: 'ERROR', error_message: 'no', error_code: 'ENDPOINT_NOT_ALLOWED', retryable: false })
    await assert.rejects(client.send({ method: 'POST', endpoint: '/no', body: BODY }), (error) => error instanceof JobFailedError && error.code === 'ENDPOINT_NOT_ALLOWED' && !error.retryable)
  })

  test('what others write is not taken', async () => {
    script = async (its, seen) => {
      await its.raw('6f1f9d2e-9e0c-4f0e-8f3b-1d2c3b4a5f60', Buffer.from([255]))
      await its.raw(seen.key, undefined)
      await its.send(seen, { message_type: 'ERROR', request_sha256: 'other', error_message: "of nobody's START" })
      await its.raw(seen.key, Buffer.from('abc'), undefined, new Map(Object.entries({ 'ks-type': 'CHUNK', 'ks-seq': '0', 'ks-request': 'b'.repeat(64) }).map(([n, v]) => [n, Buffer.from(v)])))
      await its.answer(seen, 'mine')
    }
    assert.equal((await client.send({ method: 'GET', endpoint: '/a' })).text, 'mine')
  })

  test('an answer with a wrong checksum leaves nothing behind', async () => {
    script = (its, seen) => its.answer(seen, 'abc', { crc32: 1 })
    const place = mkdtempSync(join(directory, 'corrupt-'))
    await assert.rejects(client.send({ method: 'GET', endpoint: '/a' }, { target: join(place, 'a') }), coded('CORRUPT'))
    assert.deepEqual(readdirSync(place), [])
  })

  test('an answer is fetched later and again', async () => {
    let go = (): void => undefined
    const gone = new Promise<void>((done) => (go = done))
    script = async (its, seen) => {
      await NEVER(its, seen)
      void gone.then(() => its.answer(seen, seen.body))
    }
    let receipt: Receipt | undefined
    const first = await oddly()
    const outliving = await first.submit({ method: 'POST', endpoint: '/a', body: BODY, onReceipt: (its) => (receipt = its), outlives: true })
    await until(() => (portal.seen.find((seen) => seen.key === outliving.jobId)?.parts.size === 4 ? true : undefined))
    await first.close()
    await assert.rejects(outliving.answer, coded('CLOSED'))
    assert.ok(receipt!.topic === 'odd-responses' && Math.abs(receipt!.since! - Date.now() / 1000) < 60)
    const { since: _, ...everything } = receipt!
    await withClient({ modernPortals: true }, async (other) => {
      await assert.rejects(other.fetch(receipt!), TimedOutError)
      go()
      assert.ok((await other.fetch(everything, { timeout: 20 })).body!.equals(BODY))
      assert.ok((await other.fetch(receipt!)).body!.equals(BODY))
      assert.ok((await other.fetch(receipt!.jobId)).body!.equals(BODY))
      const wrong = { jobId: receipt!.jobId, requestSha256: 'f'.repeat(64) }
      await assert.rejects(other.fetch(wrong), coded('TIMED_OUT'))
      await assert.rejects(other.fetch(receipt!.jobId.replace('-4', '-5')), coded('TIMED_OUT'))
      const job = await other.submitFetch(wrong, { timeout: 60 })
      job.cancel()
      await assert.rejects(job.answer, CancelledError)
      await assert.rejects(other.fetch({ jobId: receipt!.jobId, topic: 'no-such' }), coded('NO_TOPIC'))
      await other.cancel(receipt!)
      assert.equal((await until(() => portal.last.cancels[0])).secret, receipt!.secret)
      const underWay = await other.submitFetch(wrong, { timeout: 60 })
      await other.close()
      await assert.rejects(underWay.answer, coded('CLOSED'))
    })
    await assert.rejects(client.cancel(receipt!), coded('SETTINGS'))
  })

  test('nothing is sent where the receipt cannot be kept', async () => {
    const before = portal.seen.length
    const onReceipt = (): never => {
      throw new Error('full')
    }
    await assert.rejects(client.send({ method: 'GET', endpoint: '/a', onReceipt }), /full/)
    script = OK
    await client.send({ method: 'GET', endpoint: '/b' })
    assert.equal(portal.seen.length, before + 1)
  })

  test('a listener that fails does no harm', async () => {
    script = OK
    const lines: string[] = []
    await withClient({ warn: (line) => lines.push(line) }, async (its) => {
      const progress = (): never => {
        throw new Error('x')
      }
      assert.equal((await its.send({ method: 'GET', endpoint: '/a' }, { progress })).status, 200)
    })
    assert.equal(lines.length, 1)
  })

  test('jobs beside one another get their own answers', async () => {
    script = ECHO
    const bodies = [0, 1, 2, 3, 4, 5].map((n) => String(n).repeat(700_000))
    const answers = await Promise.all(bodies.map((body) => client.send({ method: 'POST', endpoint: '/a', body })))
    assert.ok(answers.every((answer, n) => answer.text === bodies[n]))
  })

  test('closing ends what is under way', async () => {
    script = NEVER
    const its = await oddly()
    const job = await its.submit({ method: 'GET', endpoint: '/never' })
    await until(() => portal.seen.find((seen) => seen.key === job.jobId))
    await its.close()
    await its[Symbol.asyncDispose]()
    await assert.rejects(job.answer, coded('CLOSED'))
    await assert.rejects(its.send({ method: 'GET', endpoint: '/never' }), coded('CLOSED'))
  })

  test('what cannot be asked for is refused before anything is sent', async () => {
    const before = portal.seen.length
    const mistakes: Partial<Request>[] = [
      { method: 'get' }, { timeout: 0 }, { timeout: 1.5 }, { headers: { Authorization: 'x' } }, { formField: 'f' }, { contentEncoding: 'br' },
      { endpoint: '/'.repeat(1_100_000) }, { endpoint: '/\ud800' }
    ]
    for (const mistake of mistakes) {
      await assert.rejects(client.send({ method: 'GET', endpoint: '/', ...mistake }), coded('REQUEST'))
    }
    assert.equal(portal.seen.length, before)
  })

  test('where Kafka is not to be had a line says so', async () => {
    await assert.rejects(Client.connect({ bootstrapServers: ['127.0.0.1:1'], kafka: { retries: 0 } }), coded('NO_BROKER'))
    await assert.rejects(oddly({ requestTopic: 'no-such-topic' }), coded('NO_TOPIC'))
    await assert.rejects(oddly({ requestTopic: 'no topic' }), coded('NO_TOPIC'))
    await assert.rejects(oddly({ kafka: { connectTimeout: -1 } }), coded('SETTINGS'))
  })

  test('a record that Kafka does not take ends its job, and no other', async () => {
    const link = await Link.open({ clientId: 'a', bootstrapBrokers: [SERVERS!] }, 'odd-requests', 'odd-responses', 30_000)
    try {
      const refused = link.write('a', 0, Buffer.alloc(2_000_000))
      const taken = link.write('a', 0, Buffer.from('{}'))
      await assert.rejects(refused, coded('KAFKA'))
      await taken
    } finally {
      await link.close()
    }
  })

  test('partitions that are added are read from their beginning', async () => {
    const reader = new TopicReader({ clientId: 'a', bootstrapBrokers: [SERVERS!] }, 'odd-requests')
    const found = new Set<string>()
    const take = (record: { key: string }): undefined => void found.add(record.key)
    const reading = reader.read(new Map(), { take, refused: assert.fail, lookEvery: 10 }) // it knew of none when it began
    await until(() => (portal.seen.every((seen) => found.has(seen.key)) ? true : undefined))
    await reader.close()
    await reading
  })
})
