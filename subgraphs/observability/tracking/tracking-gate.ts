import { PortError, type PortErrorCode } from '#ports/port-error.ts'
import type { Tracking } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'

/** The way of every question to the tracking engine, so that one that is away costs an error and not the time of its callers. */
export interface TrackingGate {
  /**
   * @throws CodedError `TRACKING_UNAVAILABLE`, at once while the engine is known to be away; `BAD_USER_INPUT` for what it
   * can't take.
   */
  ask<T>(act: (tracking: Tracking) => Promise<T>): Promise<T>
}

export interface TrackingGateOptions {
  /** Null where the deployment has none. */
  tracking: Tracking | null
  notice?: (level: 'info' | 'warn', message: string) => void
  deadlineMs?: number
  /** Time without another question after one without an answer. */
  restMs?: number
  now?: () => number
}

const AWAY: readonly PortErrorCode[] = [
  'ENGINE_UNREACHABLE',
  'ENGINE_ACCESS_DENIED',
  'ENGINE_UNSUPPORTED',
  'TRACKING_CLOSED',
  'DATA_DIRECTORY_LOCKED',
  'DATA_DIRECTORY_UNUSABLE',
]

export function createTrackingGate({
  tracking,
  notice = () => {},
  deadlineMs = 5000,
  restMs = 2000,
  now = Date.now,
}: TrackingGateOptions): TrackingGate {
  let restUntil = Number.NEGATIVE_INFINITY
  let isAway = false

  function rest(reason: string): CodedError {
    restUntil = now() + restMs
    if (!isAway) notice('warn', `Runs can't be told: ${reason}`)
    isAway = true
    return unavailable()
  }

  return {
    async ask(act) {
      if (!tracking) throw new CodedError('TRACKING_UNAVAILABLE', 'This deployment has no tracking engine.')
      if (now() < restUntil) throw unavailable()
      try {
        const answer = await within(deadlineMs, act(tracking))
        if (isAway) notice('info', 'The tracking engine answers again.')
        isAway = false
        return answer
      } catch (error) {
        if (error === LATE) throw rest(`the tracking engine did not answer within ${deadlineMs} ms.`)
        if (!(error instanceof PortError)) throw error
        if (AWAY.includes(error.code)) throw rest(error.message)
        if (error.code === 'INVALID_ARGUMENT') throw new CodedError('BAD_USER_INPUT', error.message)
        throw error
      }
    },
  }
}

const LATE = new Error('late')

/** Names no host: that is told in the log, to those who run the deployment. */
function unavailable(): CodedError {
  return new CodedError(
    'TRACKING_UNAVAILABLE',
    'The tracking engine does not answer; its runs can be asked for again in a few seconds.',
  )
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(LATE), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
