/** Answers in odd order, of others, and broken ones; targets; bodies. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { crc32 } from 'node:zlib'

import { Assembly } from '../src/assembly.js'
import { Body, type Source } from '../src/body.js'
import { KNOWN, compress, decompress } from '../src/encoding.js'
import { JobFailedError, KafkaSendError } from '../src/index.js'
import { Inbox } from '../src/inbox.js'
import { MessageError } from '../src/json.js'
import { type Message, type RecordHeaders, type Status, fieldsOf, messageOf } from '../src/messages.js'
import { type Sink, type Target, sinkFor } from '../src/target.js'
import { unless, within } from '../src/waiting.js'
import type { Any } from './support.js'

const JOB = '550e8400-e29b-41d4-a716-446655440000'
const OWN = 'a'.repeat(64)
const OTHER = 'b'.repeat(64)
const directory = mkdtempSync(join(tmpdir(), 'kafkasend-'))
after(() => {
  rmSync(directory, { recursive: true })
})

class Taking {
  constructor(readonly assembly: Assembly) {}

  take(type: string, fields: object, digest: string | null = OWN): Promise<Message | undefined> {
    return this.assembly.take(Buffer.from(JSON.stringify({ job_id: JOB, message_type: type, request_sha256: digest, ...fields })), [])
  }

  start(fields: object = {}, digest: string | null = OWN): Promise<Message | undefined> {
    return this.take('START', { status_code: 200, is_text: false, ...fields }, digest)
  }

  chunk(sequence: number, data: string, fields: object = {}, digest: string | null = OWN): Promise<Message | undefined> {
    return this.take('CHUNK', { sequence, data, ...fields }, digest)
  }

  async body(): Promise<string> {
    assert.ok(this.assembly.whole)
    return ((await this.assembly.sink.complete()) ?? Buffer.alloc(0)).toString()
  }
}

async function fresh(digest: string | undefined = OWN, target?: Target, heldBytes?: number): Promise<Taking> {
  return new Taking(new Assembly(JOB, digest, await sinkFor(target, 1 << 20), () => undefined, heldBytes))
}

const coded = (code: string) => (error: unknown): boolean => error instanceof KafkaSendError && error.code === code

test('chunks come in any order and more than once', async () => {
  const taking = await fresh()
  await taking.chunk(1, 'ZGVm', { total_chunks: 2, crc32: crc32('abcdef') })
  assert.equal(await taking.chunk(1, 'AAAA'), undefined)
  await taking.start()
  assert.equal(await taking.start(), undefined)
  await taking.chunk(0, 'YWJj')
  assert.equal(await taking.body(), 'abcdef')
  assert.equal(await taking.chunk(0, 'YWJj'), undefined)
})

test('a different START begins anew', async () => {
  for (const target of [undefined, join(directory, 'anew')]) {
    const taking = await fresh(OWN, target)
    await taking.start()
    await taking.chunk(0, 'AAAA')
    await taking.start({ total_chunks: 1 })
    await taking.chunk(0, 'YWJj')
    assert.equal((await taking.body()) || readFileSync(target!, 'utf8'), 'abc')
    await taking.assembly.sink.abort()
  }
})

test('what is written out cannot begin anew', async () => {
  const taking = await fresh(OWN, new Writable({ write: (_, __, done) => { done() } }))
  await taking.start()
  await taking.start({ total_chunks: 2 })
  await taking.chunk(0, 'AAAA')
  await assert.rejects(taking.start({ total_chunks: 1 }), coded('CORRUPT'))
})

test('an answer belongs to its START', async () => {
  const taking = await fresh()
  assert.equal(await taking.take('ERROR', { error_message: 'x' }, OTHER), undefined)
  assert.equal(await taking.take('ERROR', { error_message: 'x' }, '0'.repeat(64)), undefined)
  assert.equal(await taking.take('START', { job_id: 'another', status_code: 1 }, null), undefined)
  assert.equal(taking.assembly.proven, false)
  await taking.start({ total_chunks: 1 })
  assert.ok(taking.assembly.proven)
  assert.equal(await taking.take('ERROR', { error_message: 'x' }, null), undefined)
  assert.equal(await taking.assembly.take(Buffer.from('garbage'), []), undefined)
  const error = { error_message: 'a\nb\u001b', error_code: 'TOO_MANY_JOBS', retryable: true, retry_after_seconds: 3 }
  await assert.rejects(taking.take('ERROR', error), (caught) => {
    assert.ok(caught instanceof JobFailedError)
    assert.deepEqual([caught.message, caught.code, caught.jobId, caught.retryable, caught.retryAfterSeconds], ['a b', 'TOO_MANY_JOBS', JOB, true, 3])
    return true
  })
})

test('without a digest the first one decides', async () => {
  const taking = new Taking(new Assembly(JOB, undefined, await sinkFor(undefined, 1), () => undefined))
  assert.equal(await taking.take('ERROR', { error_message: 'x' }, '0'.repeat(64)), undefined)
  await taking.start({}, OTHER)
  assert.equal(await taking.chunk(0, 'YWJj'), undefined)
  assert.equal(taking.assembly.digest, OTHER)
})

test('STATUS is heard before the answer only', async () => {
  const taking = await fresh()
  assert.equal(await taking.take('STATUS', { stage: 'waiting' }, null), undefined)
  assert.equal(((await taking.take('STATUS', { stage: 'waiting', before: 2 })) as Status).before, 2)
  assert.equal(await taking.take('STATUS', { stage: 'tomorrow' }), undefined)
  assert.equal(await taking.take('TOMORROW', { sequence: 0 }), undefined)
  await taking.start()
  assert.equal(await taking.take('STATUS', { stage: 'calling' }), undefined)
})

const BROKEN: [string, string, object, string][] = [
  ['crc', 'CORRUPT', { crc32: 1 }, 'YWJj'],
  ['crc of our text', 'CORRUPT', { crc32: 1, is_text: true, total_bytes: 3 }, 'abc'],
  ['length', 'CORRUPT', { total_bytes: 4 }, 'YWJj'],
  ['sha256', 'CORRUPT', { sha256: 'c'.repeat(64) }, 'YWJj'],
  ['base64', 'PROTOCOL', {}, 'A*AA'],
  ['not ascii', 'PROTOCOL', {}, 'éAAA'],
  ['half of base64', 'PROTOCOL', {}, 'YWJ'],
  ['half of base64 alone', 'PROTOCOL', { stream: true }, 'YWJ'],
  ['no gzip', 'PROTOCOL', { content_encoding: 'gzip' }, 'YWJj'],
  ['no zstd', 'PROTOCOL', { content_encoding: 'zstd' }, 'YWJj']
]
for (const [name, code, fields, data] of BROKEN) {
  test(`an answer that is not right is a failure: ${name}`, async () => {
    const taking = await fresh()
    await assert.rejects(async () => {
      await taking.start({ total_chunks: 1, ...fields })
      await taking.chunk(0, data)
    }, coded(code))
  })
}

test('more chunks than announced and a gap are failures', async () => {
  const taking = await fresh()
  await taking.chunk(0, 'YWJj')
  await taking.chunk(1, 'YWJj')
  await assert.rejects(taking.start({ total_chunks: 1 }), coded('PROTOCOL'))
  await assert.rejects((await fresh(OWN, undefined, 3)).chunk(1, 'YWJj'), coded('PROTOCOL'))
})

const START = { message_type: 'START', status_code: 200, is_text: true }
for (const fields of [
  { message_type: 1 },
  { ...START, status_code: 99 },
  { ...START, status_code: '200' },
  { ...START, is_text: 1 },
  { ...START, headers: [] },
  { ...START, headers: { a: 1 } },
  { ...START, dropped_headers: 'a' },
  { ...START, content_encoding: 'br' },
  { ...START, sha256: 'A'.repeat(64) },
  { ...START, total_chunks: true },
  { message_type: 'CHUNK', sequence: 0 },
  { message_type: 'CHUNK', sequence: 10_000_000, data: '' },
  { message_type: 'ERROR' }
]) {
  test(`a field out of its range is refused: ${JSON.stringify(fields).slice(0, 70)}`, async () => {
    assert.throws(() => messageOf(fields as Any), MessageError)
    await assert.rejects((await fresh(undefined)).assembly.take(Buffer.from(JSON.stringify({ request_sha256: OWN, ...fields })), []), coded('PROTOCOL'))
  })
}

for (const raw of ['[]', '1.0', 'NaN', '{"a":1.5}', '{"a":1e3}', '{"a":01}', '{"a":1,"a":2}', '{"a" 1}', '{"a":1', '{"a":[1}', '{"a":"\\x"}', '{"a":"\\ud800"}', '{"a":"\\u12"}', '{"a":"b', '{"a":"\n"}', '{,}', '{"a":[1,]}', '{"a":99999999999999999999999}', '\ufeff{}', '{} {}', '[['.repeat(50_000), '{"a":'.repeat(17) + '1' + '}'.repeat(17)]) {
  test(`what is no strict object is refused: ${raw.slice(0, 30)}`, () => {
    assert.throws(() => fieldsOf(Buffer.from(raw), []), MessageError)
  })
}

test('what is strict JSON is read', () => {
  const raw = ' { "a" : [ 1 , true , false , null , { } , [ ] ] , "b" : null , "__proto__" : -1 , "c" : "\\u00fc\\n\\"\\ud83d\\ude00é" , "d" : 9223372036854775807 } '
  const found = fieldsOf(Buffer.from(raw), [])
  assert.deepEqual(Object.entries(found), [['a', [1, true, false, null, {}, []]], ['__proto__', -1], ['c', 'ü\n"😀é'], ['d', 9223372036854775807n]])
})

test('a message is bounded', () => {
  assert.throws(() => fieldsOf(Buffer.alloc((8 << 20) + 1, ' '), []), MessageError)
})

for (const headers of [
  [['ks-type', 'START']], [['ks-type', null]], [['ks-type', 'CHUNK'], ['ks-type', 'CHUNK']], [['ks-type', 'CHUNK'], ['ks-seq', '01']], [['ks-type', 'CHUNK'], ['ks-seq', '\xff']]
] as [string, string | null][][]) {
  test(`a frame that breaks its rules is refused: ${JSON.stringify(headers)}`, () => {
    const raw: RecordHeaders = headers.map(([name, text]) => [name, text === null ? null : Buffer.from(text, 'latin1')])
    assert.throws(() => fieldsOf(Buffer.alloc(0), raw), MessageError)
  })
}

test('what is decompressed is bounded', () => {
  for (const encoding of KNOWN) {
    assert.equal(decompress(encoding, compress(encoding, Buffer.alloc(1_048_576))).length, 1_048_576)
    assert.throws(() => decompress(encoding, compress(encoding, Buffer.alloc(1_048_577))), MessageError)
    for (const size of [3, 300, 70_000]) {
      const right = compress(encoding, randomBytes(size))
      assert.equal(decompress(encoding, right).length, size)
      assert.throws(() => decompress(encoding, right.subarray(0, -1)), MessageError)
      assert.throws(() => decompress(encoding, Buffer.concat([right, Buffer.from('x')])), MessageError)
    }
  }
})

test('targets keep what they promise', async () => {
  const place = mkdtempSync(join(directory, 'targets-'))
  const path = join(place, 'answer')
  const of = (target: Target): Promise<Sink> => sinkFor(target, 3)
  writeFileSync(path, 'before')
  const sink = await of(path)
  await sink.write(Buffer.from('no'))
  await sink.restart()
  await sink.write(Buffer.from('yes'))
  assert.equal(readFileSync(path, 'utf8'), 'before')
  await sink.complete()
  await sink.abort()
  assert.equal(readFileSync(path, 'utf8'), 'yes')
  const other = await of(pathToFileURL(path))
  await other.write(Buffer.from('no'))
  await other.abort()
  await other.abort()
  assert.deepEqual(readdirSync(place), ['answer'])
  await assert.rejects(of(join(place, 'no', 'such')), coded('TARGET'))
  const memory = await of(undefined)
  await memory.write(Buffer.from('abc'))
  await memory.restart()
  await assert.rejects(memory.write(Buffer.from('abcd')), coded('TARGET'))
  const device = await of('/dev/null')
  await device.restart()
  await device.write(Buffer.from('a'))
  await device.complete()
  await device.abort()
  assert.ok(!statSync('/dev/null').isFile())
})

test('a target that is full is told', async () => {
  const full = new Writable({ write: (_, __, done) => { done(new Error('No space left on device')) } })
  const taking = await fresh(OWN, full)
  await taking.start()
  await assert.rejects(taking.chunk(0, 'YWJj'), (error) => coded('TARGET')(error) && /No space left/.test((error as Error).message))
  await taking.assembly.sink.abort()
  await taking.assembly.sink.abort()
})

async function all(body: Body): Promise<string[]> {
  const found = []
  for await (const { data } of body.chunks()) {
    found.push(data.toString())
  }
  return found
}

test('a body that changes or cannot be read is told', async () => {
  const path = join(directory, 'body')
  for (const change of ['shorter', 'longer than before', 'anothe']) {
    writeFileSync(path, 'before')
    const body = await Body.of({ path }, 4)
    writeFileSync(path, change)
    await assert.rejects(all(body), coded('BODY'))
    await body.close()
    await assert.rejects(all(body), coded('BODY'))
  }
  await assert.rejects(Body.of({ path: pathToFileURL(join(directory, 'none')) }, 4), coded('BODY'))
  await assert.rejects(Body.of(Readable.from((function* () { yield 1 })()) as Any, 4), coded('REQUEST'))
  await assert.rejects(Body.of(new Readable({ read() { this.destroy(new Error('gone')) } }), 4), coded('BODY'))
  await assert.rejects(Body.of(Buffer.alloc(100_001), 1), coded('BODY'))
})

test('bodies of every kind are cut alike', async () => {
  writeFileSync(join(directory, 'same'), 'abcdefgh')
  const kinds: Source[] = ['abcdefgh', Buffer.from('abcdefgh'), new Uint8Array(Buffer.from('abcdefgh')), { path: join(directory, 'same') }, ['ab', Buffer.from('cdefgh')], Readable.from(['abc', 'defgh'])]
  for (const kind of kinds) {
    const body = await Body.of(kind, 5, undefined, true)
    assert.deepEqual([body.totalBytes, body.totalChunks, body.crc32, await all(body)], [8, 2, crc32('abcdefgh'), ['abcde', 'fgh']])
    await body.close()
  }
  const none = await Body.of(undefined, 5)
  assert.deepEqual([none.totalBytes, none.totalChunks, none.crc32, await all(none)], [0, 0, 0, []])
})

test('what comes once and is large is kept in a file that nobody finds', async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('kafkasend-')).length
  const piece = Buffer.alloc(5 << 20, 'a')
  const body = await Body.of(Readable.from([piece, piece, piece]), 1 << 20)
  assert.equal(readdirSync(tmpdir()).filter((name) => name.startsWith('kafkasend-')).length, before)
  assert.deepEqual([body.totalBytes, body.totalChunks], [15 << 20, 15])
  assert.equal((await all(body)).join('').length, 15 << 20)
  await body.close()
  const broken = (function* () {
    yield piece
    yield piece
    throw new Error('gone')
  })()
  await assert.rejects(Body.of(broken, 1 << 20), coded('BODY'))
})

test('only what shrinks is compressed', async () => {
  assert.equal((await Body.of('a'.repeat(2000), 4000, 'gzip')).encoding, 'gzip')
  assert.equal((await Body.of('a'.repeat(1000), 4000, 'gzip')).encoding, undefined)
  const path = join(directory, 'cut')
  writeFileSync(path, 'abc')
  truncateSync(path, 0)
  assert.ok(existsSync(path))
})

test('an inbox is bounded, and says when it is read', async () => {
  const inbox = new Inbox(1)
  await inbox.put({ value: Buffer.from('abc'), headers: [] })
  let put = false
  const second = inbox.put({ value: Buffer.from('def'), headers: [] }).then(() => (put = true))
  await Promise.resolve()
  assert.equal(put, false)
  const drained = inbox.drained()
  assert.equal((await inbox.take()).value.toString(), 'abc')
  await second
  assert.equal((await inbox.take()).value.toString(), 'def')
  const third = inbox.take()
  await drained
  await inbox.drained()
  await inbox.put({ value: Buffer.from('g'), headers: [] })
  assert.equal((await third).value.toString(), 'g')
  inbox.close()
  await inbox.put({ value: Buffer.from('h'), headers: [] })
})

test('waits end early', async () => {
  const never = new Promise<void>(() => undefined)
  await assert.rejects(unless(AbortSignal.abort(new Error('no')), never), /no/)
  await assert.rejects(unless(AbortSignal.abort(new Error('no')), Promise.reject(new Error('other'))), /no/)
  const ending = new AbortController()
  const waiting = unless(ending.signal, never)
  ending.abort(new Error('now'))
  await assert.rejects(waiting, /now/)
  await within(1, never)
  await within(60_000, Promise.reject(new Error('x')))
})
