import { crc32 } from 'node:zlib'

/** Kept beside every object we write: who wrote it, and what it must be when it is read. */
export interface ObjectMetadata {
  writer?: string
  /** Of the content, as `zlib.crc32` has it. */
  checksum: number
}

const WRITER = 'coelho-writer'
const CHECKSUM = 'coelho-crc32'

export const metadataOf = ({ writer, checksum }: ObjectMetadata): Record<string, string> => ({
  ...(writer && { [WRITER]: writer }),
  [CHECKSUM]: checksum.toString(16).padStart(8, '0'),
})

/** As a header of S3 carries it. */
export const base64Of = (checksum: number): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(checksum)
  return bytes.toString('base64')
}

export const writerOf = (metadata: Record<string, string> | undefined): string | undefined =>
  metadata?.[WRITER]

/** Null if neither we nor the store have kept one of the whole object. */
export const checksumOf = ({
  Metadata,
  ChecksumCRC32,
}: {
  Metadata?: Record<string, string> | undefined
  ChecksumCRC32?: string | undefined
}): number | null => {
  const kept = Metadata?.[CHECKSUM]
  if (kept !== undefined && /^[0-9a-f]{8}$/.test(kept)) return Number.parseInt(kept, 16)
  // Those of several parts are checksums of checksums, and say so by a hyphen.
  const bytes = ChecksumCRC32 && !ChecksumCRC32.includes('-') ? Buffer.from(ChecksumCRC32, 'base64') : null
  return bytes?.length === 4 ? bytes.readUInt32BE() : null
}

/** Throws what counts as a failure of the network unless the content has the checksum. */
export const verifyChecksum = (content: Uint8Array | number, expected: number | null): void => {
  const found = typeof content === 'number' ? content : expected === null ? 0 : crc32(content)
  if (expected === null || found === expected) return
  throw Object.assign(new Error('the content does not have the checksum it was stored with'), {
    code: 'ECHECKSUM',
  })
}
