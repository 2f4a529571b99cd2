import { CodedError } from '#subgraphs/coded-error.ts'

/**
 * Chooses a share of events by their id, so that every client and every replay sees the same ones.
 * @throws CodedError `BAD_USER_INPUT` unless the share is in (0, 1].
 */
export function sampler(share: number | null | undefined): (eventId: string) => boolean {
  if (share === null || share === undefined) return () => true
  if (!(share > 0 && share <= 1))
    throw new CodedError('BAD_USER_INPUT', `sample: ${share} given, more than 0 and at most 1 wanted.`)
  const limit = share * 2 ** 32
  return eventId => fnv1a(eventId) < limit
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
