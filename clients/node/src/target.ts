/** Where an answer's body goes: memory, a file, or a stream. */
import { randomBytes } from 'node:crypto'
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

import { KafkaSendError, textOf } from './errors.js'

/**
 * Undefined is memory. A path, or a `file:` URL, is a file, which is there once the answer is whole and checked. A stream is written to as
 * the answer comes, as fast as it takes it, and is not ended.
 */
export type Target = string | URL | Writable | undefined

/** Takes one body. */
export interface Sink {
  write(data: Buffer): Promise<void>
  /** Forgets what was written: the portal begins its answer anew. */
  restart(): Promise<void>
  /** The body, where it was kept in memory. */
  complete(): Promise<Buffer | undefined>
  /** Leaves nothing behind. May be called in any state, and again. */
  abort(): Promise<void>
}

/**
 * @param most bytes that may be kept in memory
 * @throws KafkaSendError TARGET, where it cannot be written to
 */
export async function sinkFor(target: Target, most: number): Promise<Sink> {
  if (target === undefined) {
    return new MemorySink(most)
  }
  if (typeof target !== 'string' && !(target instanceof URL)) {
    return new StreamSink(target)
  }
  try {
    return await fileSink(typeof target === 'string' ? target : fileURLToPath(target))
  } catch (e) {
    throw new KafkaSendError('TARGET', `the answer could not be written: ${textOf(e)}`, undefined, e)
  }
}

async function fileSink(named: string): Promise<Sink> {
  const path = await realpath(named).catch(() => named)
  const there = await stat(path).catch(() => undefined)
  if (there !== undefined && !there.isFile()) {
    return new DeviceSink(await open(path, 'w')) // a device or a pipe, which nothing may take the place of
  }
  const partial = `${path}.${randomBytes(4).toString('hex')}.part`
  return new FileSink(path, partial, await open(partial, 'wx'))
}

class MemorySink implements Sink {
  #parts: Buffer[] = []
  #size = 0

  constructor(readonly most: number) {}

  async write(data: Buffer): Promise<void> {
    this.#size += data.length
    if (this.#size > this.most) {
      await this.abort()
      throw new KafkaSendError('TARGET', `the answer has more than ${this.most} bytes, which memory may hold; name a file`)
    }
    this.#parts.push(data)
  }

  restart(): Promise<void> {
    return this.abort()
  }

  complete(): Promise<Buffer> {
    return Promise.resolve(Buffer.concat(this.#parts))
  }

  abort(): Promise<void> {
    this.#parts = []
    this.#size = 0
    return Promise.resolve()
  }
}

/** A file that takes its place once it is whole. */
class FileSink implements Sink {
  #partial: string | undefined
  #at = 0

  constructor(
    readonly path: string,
    partial: string,
    readonly file: FileHandle
  ) {
    this.#partial = partial
  }

  async write(data: Buffer): Promise<void> {
    this.#at = await writeAll(this.file, data, this.#at)
  }

  async restart(): Promise<void> {
    await this.file.truncate(0)
    this.#at = 0
  }

  async complete(): Promise<undefined> {
    await this.file.close()
    await rename(this.#partial!, this.path)
    this.#partial = undefined
  }

  async abort(): Promise<void> {
    await this.file.close()
    const partial = this.#partial
    this.#partial = undefined
    if (partial !== undefined) {
      await rm(partial, { force: true })
    }
  }
}

/** What is written out is written out. */
abstract class OutSink implements Sink {
  #size = 0

  async write(data: Buffer): Promise<void> {
    await this.out(data)
    this.#size += data.length
  }

  restart(): Promise<void> {
    if (this.#size === 0) {
      return Promise.resolve()
    }
    const line = `the portal began its answer anew after ${this.#size} bytes of it had been written out`
    return Promise.reject(new KafkaSendError('CORRUPT', line))
  }

  complete(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  abstract abort(): Promise<void>

  protected abstract out(data: Buffer): Promise<void>
}

class DeviceSink extends OutSink {
  constructor(readonly file: FileHandle) {
    super()
  }

  abort(): Promise<void> {
    return this.file.close()
  }

  protected async out(data: Buffer): Promise<void> {
    await writeAll(this.file, data, null)
  }
}

class StreamSink extends OutSink {
  #listening = true

  constructor(readonly stream: Writable) {
    super()
    stream.on('error', this.#hear)
  }

  abort(): Promise<void> {
    if (this.#listening) {
      this.#listening = false
      this.stream.off('error', this.#hear)
    }
    return Promise.resolve()
  }

  /** Its callback comes once the stream has taken the data: no more than one piece of the answer waits in it. */
  protected out(data: Buffer): Promise<void> {
    return new Promise((done, failed) => {
      this.stream.write(data, (error) => {
        if (error) {
          failed(error)
        } else {
          done()
        }
      })
    })
  }

  /** Each write tells of its failure; without a listener a stream would end the process by it, too. */
  readonly #hear = (): void => undefined
}

/** Writes all of it; where the next write goes. */
async function writeAll(file: FileHandle, data: Buffer, at: number | null): Promise<number> {
  let written = 0
  while (written < data.length) {
    const place = at === null ? null : at + written
    written += (await file.write(data, written, data.length - written, place)).bytesWritten
  }
  return (at ?? 0) + written
}
