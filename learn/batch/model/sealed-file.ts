import { codedError } from '../../coded-error.ts'
import { createStateReader, type StateReader } from '../../state/reader.ts'
import { createStateWriter, type StateWriter } from '../../state/writer.ts'
import { fnv1a64Bytes } from './fnv1a64-bytes.ts'

/** A kind of file: what its first four bytes are, which version is written, and what damage is called. */
export interface SealedFormat {
  /** Four ASCII characters. */
  readonly magic: string
  readonly version: number
  /** Code of errors about files that cannot be read. */
  readonly code: string
  /** For people: `The model file`. */
  readonly title: string
}

/** Magic, version, length of the payload in two words, hash of the payload in two words; little endian. */
const HEADER_BYTES = 24

/** One ArrayBuffer: header and what `write` writes. */
export function sealFile({ magic, version }: SealedFormat, write: (out: StateWriter) => void): ArrayBuffer {
  const out = createStateWriter()
  write(out)
  const payload = new Uint8Array(out.finish())
  const file = new ArrayBuffer(HEADER_BYTES + payload.length)
  const view = new DataView(file)
  for (let i = 0; i < 4; i++) view.setUint8(i, magic.charCodeAt(i))
  view.setUint32(4, version, true)
  view.setUint32(8, payload.length % 4294967296, true)
  view.setUint32(12, Math.floor(payload.length / 4294967296), true)
  const octets = new Uint8Array(file)
  octets.set(payload, HEADER_BYTES)
  const [high, low] = hashOf(octets)
  view.setUint32(16, low, true)
  view.setUint32(20, high, true)
  return file
}

/**
 * Reads what `sealFile` wrote; `read` gets the payload and must take all of it.
 * @throws Error with the format's code for any other bytes: nothing is allocated before the hash has been checked.
 */
export function unsealFile<T>(
  { magic, version, code, title }: SealedFormat,
  file: ArrayBuffer | Uint8Array,
  read: (input: StateReader) => T,
): T {
  const octets = file instanceof Uint8Array ? file : new Uint8Array(file)
  const fail = (detail: string) => codedError(code, `${title} is corrupt: ${detail}.`)
  if (octets.length < HEADER_BYTES) {
    throw fail(`it has ${octets.length} bytes, wanted at least ${HEADER_BYTES}`)
  }
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
  const found = String.fromCharCode(...octets.subarray(0, 4))
  if (found !== magic) throw fail(`it begins with ${JSON.stringify(found)}, wanted "${magic}"`)
  const written = view.getUint32(4, true)
  if (written !== version) throw fail(`it has version ${written}, wanted ${version}`)
  const length = view.getUint32(8, true) + view.getUint32(12, true) * 4294967296
  if (length !== octets.length - HEADER_BYTES) {
    throw fail(`it says ${length} bytes follow its header, ${octets.length - HEADER_BYTES} do`)
  }
  const [high, low] = hashOf(octets)
  if (view.getUint32(16, true) !== low || view.getUint32(20, true) !== high) {
    throw fail('its content does not have the hash in its header')
  }
  try {
    const start = octets.byteOffset + HEADER_BYTES
    // A reader needs an ArrayBuffer whose arrays are aligned from the start of the state; views into a larger buffer are copied.
    const aligned = octets.buffer instanceof ArrayBuffer
    const input = aligned
      ? createStateReader(octets.buffer, start, length)
      : createStateReader(octets.slice(HEADER_BYTES).buffer)
    const value = read(input)
    input.end()
    return value
  } catch (error) {
    // A file with a good hash that does not parse was written by other software: as unreadable as a damaged one.
    if (error instanceof Error && 'code' in error && error.code === code) throw error
    throw fail(error instanceof Error ? error.message.replace(/\.$/, '') : String(error))
  }
}

/** Of version and length as well: all that follows the magic but the hash itself. */
function hashOf(file: Uint8Array): [high: number, low: number] {
  const [high, low] = fnv1a64Bytes(file.subarray(HEADER_BYTES))
  const head = fnv1a64Bytes(file.subarray(4, 16))
  return [(high ^ head[0]) >>> 0, (low ^ head[1]) >>> 0]
}
