/**
 * A reply as bytes in an ArrayBuffer of their own. What came in several parts was joined into such a one already and is
 * not copied; what came in one is a view of a shared buffer of 64 KiB, which it must neither keep in memory nor expose.
 */
export const ownBytes = (reply: Buffer): Uint8Array => {
  const { buffer, byteOffset, byteLength } = reply
  if (byteOffset === 0 && buffer.byteLength === byteLength) return new Uint8Array(buffer)
  return new Uint8Array(reply)
}
