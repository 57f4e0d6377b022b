/** clients/suite.json, against a real broker and portal, which NodeClientIT starts and names. */
import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'

import { type Answer, Client, type ClientSettings, type Job, JobFailedError, KafkaSendError, type Receipt, type Request, SigningKey } from '../src/index.js'
import { type Any, Portal, ROOT, SERVERS, SKIP, VECTORS } from './support.js'

const CASES = JSON.parse(readFileSync(new URL('clients/suite.json', ROOT), 'utf8')) as Any[]

for (const each of CASES) {
  for (const settings of each.do === 'together' ? [{}] : (each.clients ?? [{}])) {
    test(`${each.name} ${JSON.stringify(settings)}`, { skip: SKIP }, async () => {
      const portal = each.answers === undefined ? undefined : await Portal.start(async (scripted, seen) => {
        for (const fields of each.answers) {
          await scripted.send(seen, fields)
        }
      })
      try {
        await WAYS[each.do ?? 'send']!(each, await settingsOf(settings, portal !== undefined))
      } finally {
        await portal?.close()
      }
    })
  }
}

const WAYS: Record<string, (each: Any, settings: ClientSettings) => Promise<void>> = {
  async send(each, settings) {
    const body = bodyOf(each)
    const directory = mkdtempSync(join(tmpdir(), 'kafkasend-'))
    const target = each.target === 'file' ? join(directory, 'a') : undefined
    let sent = 0
    const progress = (how: { sent: number }): void => {
      sent = how.sent
    }
    try {
      // A stream, which is kept first where it is large, or bytes.
      const source = body === undefined || body.length < 1000 ? body : Readable.from(pieces(body))
      const answer = outcome(settings, (client) => client.send({ ...requestOf(each), ...(source ? { body: source } : {}) }, { progress, ...(target ? { target } : {}) }))
      const found = await expected(each.expect, answer)
      if (each.expect.body_echoed_as !== undefined) {
        assert.equal((found!.json() as Any)[each.expect.body_echoed_as], sha256(body!))
      }
      if (target !== undefined) {
        assert.equal(sha256(readFileSync(target)), process.env[each.expect.sha256])
      }
      assert.equal(sent, each.expect.sent ?? sent)
    } finally {
      rmSync(directory, { recursive: true })
    }
  },

  async cancel(each, settings) {
    const client = await Client.connect(settings)
    try {
      let receipt: Receipt | undefined
      let job: Job | undefined
      const reached = new Promise<void>((done) => {
        const progress = (how: { status?: { stage: string } }): void => {
          if (how.status?.stage === each.when) {
            done()
          }
        }
        void client.submit({ ...requestOf(each), onReceipt: (its) => (receipt = its) }, { progress }).then((begun) => (job = begun))
      })
      await reached
      job!.cancel()
      await expected(each.expect, job!.answer)
      await expected(each.then_fetched, client.fetch(receipt!, { timeout: 30 }))
    } finally {
      await client.close()
    }
  },

  async fetch(each, settings) {
    let receipt: Receipt | undefined
    const first = await expected(each.expect, outcome(settings, (client) => client.send({ ...requestOf(each), onReceipt: (its) => (receipt = its) })))
    const other = await Client.connect({ bootstrapServers: SERVERS! })
    try {
      for (const named of [receipt!, JSON.parse(JSON.stringify(receipt)) as Receipt, ...(settings.replyTopic ? [] : [receipt!.jobId])]) {
        assert.deepEqual((await other.fetch(named, { timeout: 10 })).body, first!.body)
      }
    } finally {
      await other.close()
    }
  },

  async together(each) {
    const clients = await Promise.all((each.clients as Any[]).map(async (its) => Client.connect(await settingsOf(its, false))))
    try {
      const numbers = [...Array(each.requests as number).keys()]
      const of = (n: number): Request => ({ ...each.request, endpoint: each.request.endpoint.replace('{n}', String(n)) }) as Request
      const answers = await Promise.all(clients.map((client) => Promise.all(numbers.map((n) => expected(each.expect, client.send(of(n)))))))
      const bodies = answers.map((its) => its.map((answer) => sha256(answer!.body!)))
      assert.deepEqual(bodies[0], bodies[1])
      assert.equal(new Set(bodies[0]).size, numbers.length)
    } finally {
      await Promise.all(clients.map((client) => client.close()))
    }
  }
}

async function outcome(settings: ClientSettings, work: (client: Client) => Promise<Answer>): Promise<Answer> {
  const client = await Client.connect(settings)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

async function expected(wanted: Any, found: Promise<Answer>): Promise<Answer | undefined> {
  if (wanted.error === undefined) {
    const answer = await found
    assert.equal(answer.status, wanted.status)
    assert.equal(answer.size, wanted.size ?? answer.size)
    assert.equal(wanted.text ?? answer.text, answer.text)
    for (const [name, value] of Object.entries(wanted.json ?? {})) {
      assert.deepEqual((answer.json() as Any)[name], value)
    }
    return answer
  }
  await assert.rejects(found, (error: unknown) => {
    assert.ok(error instanceof KafkaSendError)
    assert.equal(error.code, wanted.error)
    assert.equal(error instanceof JobFailedError, wanted.of === 'portal')
    assert.equal(error instanceof JobFailedError ? error.retryable : wanted.retryable, wanted.retryable)
    return true
  })
  return undefined
}

function bodyOf(each: Any): Buffer | undefined {
  return each.body_bytes !== undefined ? randomBytes(each.body_bytes) : each.body_text !== undefined ? Buffer.from(each.body_text.text.repeat(each.body_text.times)) : undefined
}

function* pieces(body: Buffer): Iterable<Buffer> {
  for (let at = 0; at < body.length; at += 1_000_000) {
    yield body.subarray(at, at + 1_000_000)
  }
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function requestOf(each: Any): Request {
  return camel(each.request) as Request
}

async function settingsOf(named: Any, scripted: boolean): Promise<ClientSettings> {
  const { signing_key: id, key_of: other, ...rest } = named
  const odd = scripted ? { requestTopic: 'odd-requests', answerTopic: 'odd-responses' } : {}
  const settings = { bootstrapServers: SERVERS!, ...odd, ...camel(rest) }
  if (id === undefined) {
    return settings
  }
  const stranger = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })
  const key = other === undefined ? await SigningKey.read(id, new URL(`signing-keys/${id}.pem`, VECTORS)) : new SigningKey(id, stranger)
  return { ...settings, signingKey: key }
}

function camel(fields: object): object {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()), value as unknown]))
}
