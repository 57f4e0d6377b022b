/** Compressed chunks: gzip, and zstd where Node has it (22.15 and later). */
import zlib from 'node:zlib'

import { MessageError } from './json.js'

const DECODED_BYTES = 1_048_576
const WINDOW_LOG = 23
const OPTIONS = { maxOutputLength: DECODED_BYTES, info: true }

/** Node's functions for zstd, which the types of Node 20 do not know. */
interface Zstd {
  zstdCompressSync?: (data: Uint8Array) => Buffer
  zstdDecompressSync?: (data: Uint8Array, options: object) => Buffer
  constants: { ZSTD_d_windowLogMax?: number }
}
const zstd = zlib as unknown as Zstd

/** The names that this Node reads and writes. */
export const KNOWN: readonly string[] = zstd.zstdCompressSync === undefined ? ['gzip'] : ['gzip', 'zstd']

/** A chunk, compressed by itself. */
export function compress(encoding: string, data: Uint8Array): Buffer {
  return encoding === 'gzip' ? zlib.gzipSync(data) : zstd.zstdCompressSync!(data)
}

/**
 * What was compressed.
 *
 * @throws MessageError where it is not so compressed, or is longer than a CHUNK may be
 */
export function decompress(encoding: string, data: Uint8Array): Buffer {
  try {
    return encoding === 'gzip' ? gunzip(data) : unzstd(data)
  } catch (e) {
    throw e instanceof MessageError ? e : new MessageError(`a CHUNK is no ${encoding}, or too long once it is decompressed`)
  }
}

function gunzip(data: Uint8Array): Buffer {
  return whole('gzip', data, zlib.gunzipSync(data, OPTIONS as zlib.ZlibOptions))
}

function unzstd(data: Uint8Array): Buffer {
  if (zstd.zstdDecompressSync === undefined) {
    throw new MessageError('this Node reads no zstd, and the client asked for none')
  }
  const params = { [zstd.constants.ZSTD_d_windowLogMax!]: WINDOW_LOG }
  const decoded = whole('zstd', data, zstd.zstdDecompressSync(data, { ...OPTIONS, params }))
  const announced = sizeOf(Buffer.from(data.buffer, data.byteOffset, data.length))
  if (announced !== undefined && announced !== decoded.length) {
    throw new MessageError('a CHUNK is not one whole zstd') // Node says nothing of one that is cut
  }
  return decoded
}

/** Its data: Node passes over what stands behind. With `info` it says how much it read. */
function whole(encoding: string, data: Uint8Array, found: unknown): Buffer {
  const { buffer, engine } = found as { buffer: Buffer; engine: { bytesWritten: number } }
  if (engine.bytesWritten !== data.length) {
    throw new MessageError(`a CHUNK is not one whole ${encoding}`)
  }
  return buffer
}

/** What a zstd frame says of its content's length (RFC 8878, 3.1.1.1); undefined where it says nothing, or more than a CHUNK may have. */
function sizeOf(frame: Buffer): number | undefined {
  const descriptor = frame.readUInt8(4)
  const single = (descriptor & 0x20) !== 0
  const at = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!
  switch (descriptor >> 6) {
    case 0:
      return single ? frame.readUInt8(at) : undefined
    case 1:
      return frame.readUInt16LE(at) + 256
    case 2:
      return frame.readUInt32LE(at)
    default:
      return undefined
  }
}
