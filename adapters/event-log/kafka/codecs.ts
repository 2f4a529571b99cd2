import { constants, gunzipSync, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { promisify } from 'node:util'
import { PortError } from '#ports/port-error.ts'
import { decodeLz4Frame } from './decode-lz4.ts'
import { decodeSnappy } from './decode-snappy.ts'

/** The lowest three bits of a batch's attributes. */
const NO_CODEC = 0
export const ZSTD = 4

/** Below this little is gained, and a compressor costs more than what it saves; above the other bound the work leaves the event loop. */
const LEAST_BYTES = 4 * 1024
const MOST_BYTES_AT_ONCE = 128 * 1024

/** Of text of 600 B a record level 1 makes less than level 3 does, in two thirds of its time. */
const LEVEL = { [constants.ZSTD_c_compressionLevel]: 1 }
/** Memory is claimed in pieces of at most this size, which a small batch must not claim for nothing. */
const CHUNK_BYTES = 64 * 1024
/** What text of records becomes at most is guessed; another piece is claimed where it is more. */
const LEAST_CHUNK_BYTES = 1024
const EXPANSION = 4

const compressAside = promisify(zstdCompress)

/** The records of a batch as zstd, or null where that does not make them smaller. */
export const compress = async (records: Buffer): Promise<Buffer | null> => {
  if (records.length < LEAST_BYTES) return null
  const options = { params: LEVEL, chunkSize: chunkFor(records.length) }
  const packed =
    records.length > MOST_BYTES_AT_ONCE
      ? await compressAside(records, options)
      : zstdCompressSync(records, options)
  return packed.length < records.length ? packed : null
}

/** The records of a batch as they were before compression. Throws `LOG_CORRUPT` for an unknown codec. */
export const decompress = (codec: number, records: Buffer): Buffer => {
  switch (codec) {
    case NO_CODEC:
      return records
    case 1:
      return gunzipSync(records)
    case 2:
      return decodeSnappy(records)
    case 3:
      return decodeLz4Frame(records)
    case ZSTD:
      return zstdDecompressSync(records, { chunkSize: chunkFor(records.length * EXPANSION) })
    default:
      throw new PortError(
        'LOG_CORRUPT',
        `A batch is compressed by codec ${codec}, wanted none, gzip, snappy, lz4 or zstd.`,
      )
  }
}

const chunkFor = (bytes: number): number => Math.min(Math.max(bytes, LEAST_CHUNK_BYTES), CHUNK_BYTES)
