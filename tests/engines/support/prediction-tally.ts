import { decodePredictionId } from '#subgraphs/prediction-id.ts'

/** What a client that follows the predictions of one use case has got. */
export interface PredictionTally {
  readonly received: number
  /** Sequence number that is to come next; null before the first. */
  readonly next: number | null
  /** What was lost, came twice, or ended the stream for good. */
  readonly problems: string[]
  take(id: string, extensions: { dropped?: unknown; gap?: unknown; resumed?: unknown }): void
}

export interface Follower extends AsyncDisposable {
  readonly name: string
  readonly useCase: string
  readonly tally: PredictionTally
  /** Connections that it made. */
  readonly connections: number
}

/** Counts predictions of a session, which must come one after the other. */
export function createPredictionTally(): PredictionTally {
  const problems: string[] = []
  let session: string | undefined
  let next: number | null = null
  let received = 0
  return {
    problems,
    get received() {
      return received
    },
    get next() {
      return next
    },
    take(id, { dropped, gap, resumed }) {
      const found = decodePredictionId(id)
      received++
      if (session !== undefined && found.session !== session) problems.push(`session ${found.session} came`)
      if (next !== null && found.seq !== next) problems.push(`${found.seq} came, ${next} was wanted`)
      if (dropped || gap || resumed) problems.push(JSON.stringify({ seq: found.seq, dropped, gap, resumed }))
      session = found.session
      next = found.seq + 1
    },
  }
}
