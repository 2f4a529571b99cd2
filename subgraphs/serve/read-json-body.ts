import type { IncomingMessage } from 'node:http'
import { readBody } from './read-body.ts'
import type { BodyRefusal } from './read-body.ts'

/** Reads a JSON body of at most `limitBytes`; a refusal is BAD_REQUEST where it is no JSON, else one of `readBody`. */
export async function readJsonBody(
  request: IncomingMessage,
  limits: { limitBytes: number },
): Promise<{ body: unknown } | { refusal: BodyRefusal }> {
  const read = await readBody(request, limits)
  return 'refusal' in read ? read : parseJsonBody(read.bytes)
}

/** Reads the JSON of a body that is in memory. */
export function parseJsonBody(bytes: Buffer): { body: unknown } | { refusal: BodyRefusal } {
  try {
    return { body: JSON.parse(bytes.toString('utf8')) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { refusal: { code: 'BAD_REQUEST', message: `The body is not JSON: ${reason}.` } }
  }
}
