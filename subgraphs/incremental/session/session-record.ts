import type { DecisionSpec } from '#use-cases/define.ts'
import type { SessionFigures } from './session-figures.ts'

/** States of design: what a session is doing, or how it ended. */
export const SESSION_STATES = [
  'STARTING',
  'RUNNING',
  'PAUSED',
  'STOPPING',
  'FINISHED',
  'FAILED',
  'LOST',
] as const
export type SessionState = (typeof SESSION_STATES)[number]

/** A part of the order log of a session. */
export interface OrderStretch {
  session: string
  partition: number
  from: number
  /** Exclusive. */
  to: number
}

/** A session as it stands in control; the newest record of its key wins. */
export interface SessionRecord {
  v: 1
  id: string
  useCase: string
  state: SessionState
  reason: string | null
  /** Grows with every session of the use case. */
  ordinal: number
  learner: string
  parameters: Readonly<Record<string, number | string | boolean>>
  /** How a classification is decided; default what the use case declares. */
  decision?: DecisionSpec
  seed: string
  /** Session whose last checkpoint it began with. */
  origin: string | null
  /** What earlier sessions published after that checkpoint, in order: it begins behind it. Version 0.1 predicted that again. */
  heritage?: readonly OrderStretch[]
  /** First source and label offsets, partition of the predictions topic that is its order log, and its first offset there. */
  source: number[]
  labels: number[]
  orderPartition: number
  orderStart: number
  /** First offset in its partition of `<topic>.outcomes`, and per partition of `<topic>.dead_letters`. Version 0.1 did not note
   * them. */
  outcomeStart?: number
  deadLetterStart?: readonly number[]
  /** First offset in its partition of `<topic>.drift`. Versions up to 0.4 had none. */
  driftStart?: number
  /** Of the tracking run that it logs to. */
  run?: string | null
  startedAt: number
  endedAt: number | null
  recoveries: number
  /** Process that holds the session; null once it was put down in order. */
  owner: string | null
  /** Grows with each process that takes the session: what an earlier one still writes of it does not count. */
  term?: number
  /** Whether a person wants it paused, whatever its state is on the way there. */
  paused?: boolean
  /** What was known when it was last put down, so that a session of the past keeps its figures. */
  last?: SessionFigures
}

export function isActive(state: SessionState): boolean {
  return (
    state === 'STARTING' ||
    state === 'RUNNING' ||
    state === 'PAUSED' ||
    state === 'STOPPING' ||
    state === 'LOST'
  )
}
