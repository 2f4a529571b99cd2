import { parityEvents } from '#bench/limits/parity-events.ts'
import { type RankingLimit, rankingLimit } from '#bench/limits/ranking-limit.ts'
import { createTfdPosterior, type TfdShares, type Transaction } from '#bench/limits/tfd-limit.ts'
import type { Column, Row } from '#learn/online/learner.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import { tfd } from '#use-cases/tfd.ts'

/** Labelled rows of transactions as a learner sees them, and what the exact detector makes of the same events. */
export interface TfdStream {
  columns: readonly Column[]
  rows: readonly Row[]
  labels: Uint8Array
  /** Over all events, and over the first `EARLY`. */
  limit: RankingLimit
  earlyLimit: RankingLimit
}

interface Options {
  count: number
  seed: string
  /** Options of the producer where they are not the default ones. */
  shares?: TfdShares
  /** What the learner sees instead of an event; must lose nothing, so that the limit stays. */
  disguise?(event: Transaction): Transaction
}

/** Events of the early figures. */
export const EARLY = 20_000

export function tfdStream({ count, seed, shares = {}, disguise = event => event }: Options): TfdStream {
  const events = parityEvents(tfd, { count, seed, options: shares })
  const encoder = createRowEncoder(tfd.features)
  const rows = events.map(event => encoder.encode(disguise(event)))
  const labels = Uint8Array.from(events, ({ is_fraud }) => is_fraud ?? 0)
  const scores = Float64Array.from(events.map(createTfdPosterior(shares)))
  return {
    columns: encoder.columns,
    rows,
    labels,
    limit: rankingLimit(scores, labels),
    earlyLimit: rankingLimit(scores.subarray(0, EARLY), labels.subarray(0, EARLY)),
  }
}
