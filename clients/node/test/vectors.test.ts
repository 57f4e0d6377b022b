/** The vectors that every implementation reads. */
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { Assembly } from '../src/assembly.js'
import { KNOWN } from '../src/encoding.js'
import { JobFailedError, KafkaSendError, SigningKey } from '../src/index.js'
import { MessageError } from '../src/json.js'
import { type RecordHeaders, fieldsOf, messageOf } from '../src/messages.js'
import { compact } from '../src/signing.js'
import { sinkFor } from '../src/target.js'
import { type Any, VECTORS, vectors } from './support.js'

function records(line: Any): [Buffer, RecordHeaders][] {
  if (line.records !== undefined) {
    return line.records.map((each: Any) => [value(each), each.headers.map(([name, text]: [string, string | null]) => [name, text === null ? null : Buffer.from(text)])])
  }
  return line.values !== undefined ? line.values.map((text: string) => [Buffer.from(text), []]) : [[value(line), []]]
}

function value(line: Any): Buffer {
  return line.value_base64 !== undefined ? Buffer.from(line.value_base64, 'base64') : Buffer.from(line.value)
}

const NAMES: Record<string, string> = {
  status_code: 'status', error_message: 'message', error_code: 'code'
}
const STATUS_NAMES: Record<string, string> = { error_code: 'errorCode' }
const named = (name: string, type: string): string =>
  (type === 'STATUS' ? STATUS_NAMES : NAMES)[name] ?? name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

const RESPONSES = ['responses-valid.jsonl', 'old-portal.jsonl', 'frames.jsonl']
  .flatMap(vectors)
  .filter((line) => (line.direction ?? 'response') === 'response')
const STAGES = ['accepted', 'waiting', 'calling', 'answering']

for (const line of RESPONSES.filter((each) => each.expect.type !== undefined)) {
  test(`a message is read as the vectors say: ${line.name}`, () => {
    const [raw, headers] = records(line)[0]!
    const { type, ...expect } = line.expect
    const fields = fieldsOf(raw, headers)
    const message = messageOf(fields) as Any
    if (type === 'STATUS' && !STAGES.includes(expect.stage)) {
      assert.equal(message, undefined)
      return
    }
    assert.equal(message.type, type)
    assert.equal(fields.request_sha256, expect.request_sha256)
    for (const [name, wanted] of Object.entries<Any>(expect)) {
      if (name === 'headers') {
        assert.deepEqual(message.headers, Object.fromEntries(Object.entries<Any>(wanted).map(([n, v]) => [n, Array.isArray(v) ? v : [v]])))
      } else if (name === 'data_base64') {
        assert.deepEqual(message.data, Buffer.from(wanted, 'base64'))
      } else if (name === 'is_text' && type === 'CHUNK') {
        assert.equal(fields.is_text, wanted)
      } else if (!['job_id', 'frame', 'request_sha256'].includes(name)) {
        assert.deepEqual(message[named(name, type)], wanted, name)
      }
    }
  })
}

for (const line of RESPONSES.filter((each) => each.expect.messages !== undefined)) {
  const zstd = line.records?.some((each: Any) => each.value?.includes('"zstd"')) ?? false
  test(`an answer is put together as the vectors say: ${line.name}`, { skip: zstd && !KNOWN.includes('zstd') ? 'this Node has no zstd' : false }, async () => {
    const { expect } = line
    const first = JSON.parse(records(line)[0]![0].toString()) as Any
    const warnings: string[] = []
    const sink = await sinkFor(undefined, 1 << 20)
    const assembly = new Assembly(first.job_id, first.request_sha256, sink, (text) => warnings.push(text))
    const all = async (): Promise<void> => {
      for (const [raw, headers] of records(line)) {
        await assembly.take(raw, headers)
      }
    }
    if (expect.error_message !== undefined) {
      await assert.rejects(all, (error) => error instanceof JobFailedError && error.message.startsWith(expect.error_message.slice(0, 10)))
      return
    }
    await all()
    assert.ok(assembly.whole)
    assert.deepEqual(await sink.complete(), Buffer.from(expect.body_base64, 'base64'))
    assert.equal(assembly.crc32, expect.crc32)
    assert.equal(warnings.length > 0, expect.crc32_differs ?? false)
  })
}

for (const line of vectors('requests-invalid.jsonl').filter((each) => each.expect.error_code === 'INVALID_JSON')) {
  test(`what is no strict JSON is refused: ${line.name}`, () => {
    assert.throws(() => fieldsOf(value(line), []), MessageError)
  })
}

test('signatures are those of the vectors', async () => {
  // Ed25519 has one signature for each payload: ours is that of the other implementation, byte for byte.
  const key = await SigningKey.read('ed', new URL('signing-keys/ed.pem', VECTORS))
  let equal = 0
  for (const line of vectors('signatures.jsonl').filter((each) => each.expect.client === 'ed')) {
    const { signature } = JSON.parse(line.value) as { signature: string }
    const [header, payload] = signature.split('.') as [string, string]
    const raw = Buffer.from(payload, 'base64url')
    const again = JSON.parse(raw.toString()) as object
    if (compact(again).equals(raw) && header === key.sign({}).split('.')[0]) {
      assert.equal(key.sign(again), signature)
      equal++
    }
  }
  assert.ok(equal >= 10)
})

test('both kinds of keys sign what their public keys verify', async () => {
  for (const name of ['ed', 'es']) {
    const signed = (await SigningKey.read(name, new URL(`signing-keys/${name}.pem`, VECTORS))).sign({ job_id: 'ü' })
    const cut = signed.lastIndexOf('.')
    const key = createPublicKey(readFileSync(new URL(`client-keys/${name}.pem`, VECTORS)))
    const how = name === 'ed' ? null : 'sha256'
    assert.ok(verify(how, Buffer.from(signed.slice(0, cut)), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signed.slice(cut + 1), 'base64url')))
  }
})

test('keys that cannot sign are refused', async () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey.export({ format: 'pem', type: 'pkcs8' })
  for (const [name, pem] of [['a b', ''], ['a', 'no key'], ['a', other]] as const) {
    assert.throws(() => new SigningKey(name, pem), (error) => error instanceof KafkaSendError && error.code === 'SETTINGS')
  }
  await assert.rejects(SigningKey.read('a', '/no/such/file'), { code: 'SETTINGS' })
  await assert.rejects(SigningKey.read('a b', new URL('signing-keys/ed.pem', VECTORS)), { code: 'SETTINGS' })
})
