/** Compressed chunks: gzip, and zstd where Node has it (22.15 and later). */
import zlib from 'node:zlib'

import { MessageError } from './json.js'

const DECODED_BYTES = 1_048_576
const WINDOW_LOG = 23

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
  // With `info` it says how much of the data it read: what stands behind the last member is no gzip.
  const found = zlib.gunzipSync(data, { maxOutputLength: DECODED_BYTES, info: true } as zlib.ZlibOptions) as unknown as {
    buffer: Buffer
    engine: { bytesWritten: number }
  }
  if (found.engine.bytesWritten !== data.length) {
    throw new MessageError('a CHUNK is not one whole gzip')
  }
  return found.buffer
}

function unzstd(data: Uint8Array): Buffer {
  if (zstd.zstdDecompressSync === undefined) {
    throw new MessageError('this Node reads no zstd, and the client asked for none')
  }
  const params = { [zstd.constants.ZSTD_d_windowLogMax!]: WINDOW_LOG }
  return zstd.zstdDecompressSync(data, { maxOutputLength: DECODED_BYTES, params })
}
