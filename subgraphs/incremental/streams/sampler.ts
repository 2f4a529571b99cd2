import { fnv1a64 } from '#learn/math/fnv1a64.ts'
import { mix32 } from '#learn/math/mix32.ts'
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
  const hash = new Uint32Array(2)
  return eventId => {
    fnv1a64(eventId, hash)
    return mix32(hash[0] as number) < limit
  }
}
