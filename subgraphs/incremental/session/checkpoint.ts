import { createHash } from 'node:crypto'

/** First bytes of every checkpoint: "COELHOCP". */
const MAGIC = new TextEncoder().encode('COELHOCP')
/** Of the payload: 2 since release 0.5, 1 before. */
const FORMAT = 2
const HASH_BYTES = 32
// magic 8, version u32, header length u32, payload length f64, hash 32
const PREFIX_BYTES = 8 + 4 + 4 + 8 + HASH_BYTES

/** Readable without the payload; everything about positions, nothing about the clock enters the payload. */
export interface CheckpointHeader {
  useCase: string
  session: string
  learner: string
  /** Sequence number of the next prediction. */
  sequence: number
  /** Next source offset per partition. */
  source: number[]
  /** Next label offset per partition. */
  labels: number[]
  /** Partition of the predictions topic that is this session's order log, and the next offset to replay from. */
  orderPartition: number
  orderOffset: number
  /** Next offset of the session's partition of `<topic>.outcomes`, and per partition of `<topic>.dead_letters`. Version 0.1
   * did not note them. */
  outcomeOffset?: number
  deadLetterOffsets?: readonly number[]
  /** Next offset of the session's partition of `<topic>.drift`. Versions up to 0.4 had none. */
  driftOffset?: number
  /** Unix milliseconds. */
  at: number
}

export interface Checkpoint {
  header: CheckpointHeader
  payload: ArrayBuffer
  /** Of the payload. */
  format: number
  /** SHA-256 of header and payload, hexadecimal. */
  hash: string
  sizeBytes: number
}

/** A checkpoint without its state. */
export type CheckpointFacts = Pick<Checkpoint, 'header' | 'hash' | 'sizeBytes'>

/** One ArrayBuffer: magic, version, header and payload lengths, SHA-256, header (JSON), payload (8-byte aligned). */
export function encodeCheckpoint(
  header: CheckpointHeader,
  payload: ArrayBuffer,
): { bytes: Uint8Array; hash: string } {
  const head = new TextEncoder().encode(JSON.stringify(header))
  const payloadAt = align8(PREFIX_BYTES + head.length)
  const bytes = new Uint8Array(payloadAt + payload.byteLength)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint32(8, FORMAT, true)
  view.setUint32(12, head.length, true)
  view.setFloat64(16, payload.byteLength, true)
  bytes.set(head, PREFIX_BYTES)
  bytes.set(new Uint8Array(payload), payloadAt)
  const hash = createHash('sha256').update(bytes.subarray(PREFIX_BYTES)).digest()
  bytes.set(hash, 24)
  return { bytes, hash: hash.toString('hex') }
}

/**
 * Reads and verifies a checkpoint.
 * @throws CheckpointError with code `CHECKPOINT_CORRUPT` or `CHECKPOINT_VERSION`.
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  if (bytes.length < PREFIX_BYTES || !MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new CheckpointError(
      'CHECKPOINT_CORRUPT',
      `Not a checkpoint: ${bytes.length} bytes without its magic.`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const format = view.getUint32(8, true)
  if (format < 1 || format > FORMAT) {
    throw new CheckpointError(
      'CHECKPOINT_VERSION',
      `Checkpoint version ${format} given, 1 to ${FORMAT} wanted.`,
    )
  }
  const headLength = view.getUint32(12, true)
  const payloadLength = view.getFloat64(16, true)
  const payloadAt = align8(PREFIX_BYTES + headLength)
  if (payloadAt + payloadLength !== bytes.length) {
    throw new CheckpointError(
      'CHECKPOINT_CORRUPT',
      `Checkpoint of ${bytes.length} bytes given, ${payloadAt + payloadLength} wanted.`,
    )
  }
  const hash = createHash('sha256').update(bytes.subarray(PREFIX_BYTES)).digest()
  if (!hash.equals(bytes.subarray(24, 24 + HASH_BYTES))) {
    throw new CheckpointError('CHECKPOINT_CORRUPT', 'The checkpoint does not match its hash.')
  }
  const header = JSON.parse(
    new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headLength)),
  ) as CheckpointHeader
  // A copy by constructor: `slice` of a Buffer would be a view into all of it.
  const payload = new Uint8Array(bytes.subarray(payloadAt)).buffer
  return { header, payload, format, hash: hash.toString('hex'), sizeBytes: bytes.length }
}

class CheckpointError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

function align8(length: number): number {
  return (length + 7) & ~7
}
