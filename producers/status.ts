import type { UseCase } from '#use-cases/define.ts'
import type { Sent } from './sender.ts'
import type { ProducerSettings } from './settings.ts'

export type ProducerState = 'idle' | 'running' | 'paused' | 'stopped' | 'failed'

/** Everything that the producer metrics of the reference system need, and what the control panel shows. */
export interface ProducerStatus {
  useCase: string
  topic: string
  state: ProducerState
  settings: ProducerSettings
  /** Acknowledged events. */
  sent: number
  /** Acknowledged labels. */
  labels: number
  /** Acknowledged truth records. */
  truths: number
  /** Bytes of acknowledged values, all topics. */
  bytes: number
  /** Failed appends; each is followed by a retry. */
  errors: number
  retries: number
  /** Whether the last append was acknowledged. */
  connected: boolean
  /** Unix milliseconds of the last acknowledged event; null before the first. */
  lastTimestampMs: number | null
  /** Classification: share of positive events so far; else null. */
  fraudRatio: number | null
  /** Clustering: groups that are under way; else null. */
  activeSessions: number | null
}

export interface Tally {
  sent(sent: Sent, nowMs: number): void
  failed(): void
  progress(counters: Readonly<Record<string, number>>): void
  status(now: { state: ProducerState; settings: ProducerSettings }): ProducerStatus
}

export function createTally({ id, topic, task }: UseCase): Tally {
  const count = { event: 0, label: 0, truth: 0 }
  let bytes = 0
  let errors = 0
  let connected = false
  let lastTimestampMs: number | null = null
  let counters: Readonly<Record<string, number>> = {}
  return {
    sent({ kind, records, sizes }, nowMs) {
      count[kind] += records
      for (const size of sizes) bytes += size
      connected = true
      if (kind === 'event') lastTimestampMs = nowMs
    },
    failed() {
      errors++
      connected = false
    },
    progress(current) {
      counters = current
    },
    status({ state, settings }) {
      const { events = 0, frauds, activeSessions = null } = counters
      return {
        useCase: id,
        topic,
        state,
        settings,
        sent: count.event,
        labels: count.label,
        truths: count.truth,
        bytes,
        errors,
        retries: errors,
        connected: connected && state !== 'stopped',
        lastTimestampMs,
        fraudRatio: task === 'classification' && frauds !== undefined && events > 0 ? frauds / events : null,
        activeSessions: task === 'clustering' ? activeSessions : null,
      }
    },
  }
}
