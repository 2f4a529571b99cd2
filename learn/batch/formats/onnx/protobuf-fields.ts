/** One field of a protobuf message: a number for varints, bytes for everything else. */
export interface ProtobufField {
  readonly field: number
  /** Varints, cut to 53 bits; negative ones as two's complement of 64. */
  readonly number: number
  readonly bytes: Uint8Array
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** The fields of a message, in order. Throws an Error that names the byte where it is cut off or malformed. */
export function protobufFields(message: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = []
  const none = new Uint8Array(0)
  let at = 0
  while (at < message.length) {
    const tag = varint()
    const field = Math.floor(tag / 8)
    const type = tag % 8
    if (type === VARINT) fields.push({ field, number: varint(), bytes: none })
    else if (type === FIXED64) fields.push({ field, number: 0, bytes: take(8) })
    else if (type === FIXED32) fields.push({ field, number: 0, bytes: take(4) })
    else if (type === BYTES) fields.push({ field, number: 0, bytes: take(varint()) })
    else throw new Error(`field ${field} at byte ${at} has the wire type ${type}, wanted 0, 1, 2 or 5`)
  }
  return fields

  function varint(): number {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= message.length) break
      const byte = message[at++]
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, value))
    }
    throw new Error(`a number ends beyond byte ${at}`)
  }

  function take(length: number): Uint8Array {
    if (length < 0 || at + length > message.length) {
      throw new Error(`${length} bytes are wanted at byte ${at}, ${message.length - at} are left`)
    }
    at += length
    return message.subarray(at - length, at)
  }
}
