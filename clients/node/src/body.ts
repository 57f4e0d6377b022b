/** A request's body. START says its length and CRC-32, so it is read twice: what cannot be is kept first, on disk if it is large. */
import { type Hash, createHash, randomBytes } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'

import { compress } from './encoding.js'
import { KafkaSendError, textOf } from './errors.js'
import { CHUNKS } from './messages.js'

/** Bytes; text, which goes as UTF-8; a file; or anything that gives bytes, as a `Readable` does. */
export type Source =
  | undefined
  | string
  | Uint8Array
  | { readonly path: string | URL }
  | Iterable<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>

export const CHUNK_BYTES = 665_598
export const FRAME_BYTES = 1_046_528
const KEPT_BYTES = 8 << 20
const PROBE_BYTES = 64 << 10
const WORTH_BYTES = 1024

/** Where a body's bytes are: they can be read again. */
interface Place {
  /** Reads up to that many bytes from there; fewer at its end. */
  read(at: number, most: number): Promise<Buffer>
  close(): Promise<void>
}

/** What START says of a body, and its chunks. Close it after use. */
export class Body {
  totalBytes = 0
  totalChunks = 0
  crc32 = 0
  sha256: string | undefined
  encoding: string | undefined

  private constructor(
    private readonly place: Place,
    private readonly chunkBytes: number
  ) {}

  /**
   * @param chunkBytes how much of it goes into a chunk
   * @param encoding what its chunks are compressed by, where that is worth it
   * @throws KafkaSendError BODY, where it cannot be read
   */
  static async of(source: Source, chunkBytes: number, encoding?: string, sha256 = false): Promise<Body> {
    return reading(async () => {
      const body = new Body(await placeOf(source), chunkBytes)
      try {
        await body.#measure(encoding, sha256 ? createHash('sha256') : undefined)
        return body
      } catch (e) {
        await body.close()
        throw e
      }
    })
  }

  async #measure(encoding: string | undefined, hash: Hash | undefined): Promise<void> {
    for await (const piece of this.#pieces()) {
      this.totalBytes += piece.length
      this.totalChunks++
      this.crc32 = crc32(piece, this.crc32)
      hash?.update(piece)
      if (this.totalChunks > CHUNKS) {
        throw new KafkaSendError('BODY', `the body has more than ${CHUNKS} chunks`)
      }
    }
    this.sha256 = hash?.digest('hex')
    if (encoding !== undefined) {
      const probe = await this.place.read(0, PROBE_BYTES)
      const shrinks = probe.length >= WORTH_BYTES && compress(encoding, probe).length < probe.length * 0.9
      this.encoding = shrinks ? encoding : undefined
    }
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; ; ) {
      const piece = await this.place.read(at, this.chunkBytes)
      if (piece.length === 0) {
        return
      }
      at += piece.length
      yield piece
    }
  }

  /**
   * What each CHUNK carries, in order, and how much of the body it is.
   *
   * @throws KafkaSendError BODY, where it is not what it was at first
   */
  async *chunks(): AsyncGenerator<{ data: Buffer; size: number }> {
    let size = 0
    let crc = 0
    const pieces = this.#pieces()
    for (;;) {
      const next = await reading(() => pieces.next())
      if (next.done === true || size + next.value.length > this.totalBytes) {
        break
      }
      size += next.value.length
      crc = crc32(next.value, crc)
      yield { data: this.encoding === undefined ? next.value : compress(this.encoding, next.value), size: next.value.length }
    }
    if (size !== this.totalBytes || crc !== this.crc32) {
      throw new KafkaSendError('BODY', 'the body changed while it was sent')
    }
  }

  /** Closes what this opened. */
  close(): Promise<void> {
    return this.place.close()
  }
}

async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (e) {
    throw e instanceof KafkaSendError ? e : new KafkaSendError('BODY', `the body cannot be read: ${textOf(e)}`, undefined, e)
  }
}

async function placeOf(source: Source): Promise<Place> {
  if (source === undefined || typeof source === 'string' || source instanceof Uint8Array) {
    return inMemory(bytesOf(source ?? ''))
  }
  if ('path' in source && !(Symbol.asyncIterator in source)) {
    return inFile(await open(typeof source.path === 'string' ? source.path : fileURLToPath(source.path)))
  }
  return kept(source as AsyncIterable<Uint8Array | string>)
}

function bytesOf(piece: Uint8Array | string): Buffer {
  return typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
}

function inMemory(bytes: Buffer): Place {
  return { read: (at, most) => Promise.resolve(bytes.subarray(at, at + most)), close: () => Promise.resolve() }
}

function inFile(file: FileHandle): Place {
  return {
    async read(at, most) {
      const buffer = Buffer.allocUnsafe(most)
      let size = 0
      for (let more = 1; more > 0 && size < most; size += more) {
        more = (await file.read(buffer, size, most - size, at + size)).bytesRead
      }
      return buffer.subarray(0, size)
    },
    close: () => file.close()
  }
}

/** What comes once only, kept: in memory, and beyond that in a file without a name. */
async function kept(source: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>): Promise<Place> {
  const parts: Buffer[] = []
  let size = 0
  let file: FileHandle | undefined
  try {
    for await (const piece of source) {
      if (typeof piece !== 'string' && !(piece instanceof Uint8Array)) {
        throw new KafkaSendError('REQUEST', 'the body gives what is neither bytes nor text')
      }
      parts.push(bytesOf(piece))
      size += piece.length
      if (size > KEPT_BYTES) {
        file ??= await unnamed()
        await file.writeFile(Buffer.concat(parts))
        parts.length = 0
        size = 0
      }
    }
    if (file === undefined) {
      return inMemory(Buffer.concat(parts))
    }
    await file.writeFile(Buffer.concat(parts))
    return inFile(file)
  } catch (e) {
    await file?.close()
    throw e
  }
}

async function unnamed(): Promise<FileHandle> {
  const path = join(tmpdir(), `kafkasend-${randomBytes(8).toString('hex')}`)
  const file = await open(path, 'wx+', 0o600)
  try {
    await rm(path) // no other process finds it, and nothing of it stays
  } catch (e) {
    await file.close()
    throw e
  }
  return file
}
