/** Enough for `HEAD` with the longest ids. */
const HEAD_BYTES = 200
const HEAD = /^\{"v":1,"kind":"prediction","useCase":"[^"]*","session":"([^"]+)","seq":(\d+),/

/** Session and sequence number of a prediction, from the first bytes of its record alone; null for other records. */
export function peekPrediction({
  buffer,
  byteOffset,
  length,
}: Uint8Array): { session: string; seq: number } | null {
  const head = Buffer.from(buffer, byteOffset, Math.min(length, HEAD_BYTES)).toString('latin1')
  const [, session, seq] = HEAD.exec(head) ?? []
  return session && seq ? { session, seq: Number(seq) } : null
}
