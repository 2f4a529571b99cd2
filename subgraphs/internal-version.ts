/**
 * Version of the requests that a gateway sends to subgraphs, of their signatures and of the answers; docs/protocol.md has what
 * it stands for. To be raised by any change that the release before does not understand.
 */
export const INTERNAL_VERSION = 1

/** Names the sender's version on requests, answers, upgrades of websockets, and refusals of them. */
export const VERSION_HEADER = 'x-coelho-internal'

/**
 * Why a peer of this version can't be worked with, in a sentence; null if it can. Neighbouring releases understand each other.
 * A peer that names no version may be anybody who speaks GraphQL, and is not refused for that.
 */
export function versionProblem(
  theirs: string | readonly string[] | undefined,
  own: number = INTERNAL_VERSION,
): string | null {
  if (theirs === undefined) return null
  const version = typeof theirs === 'string' && /^\d{1,6}$/.test(theirs) ? Number(theirs) : Number.NaN
  if (version >= 1 && Math.abs(version - own) <= 1) return null
  const given = JSON.stringify(theirs).slice(0, 40)
  return `Version ${given} of internal requests was given; ${Math.max(1, own - 1)} to ${own + 1} were wanted: gateway and subgraphs may be one release apart.`
}
