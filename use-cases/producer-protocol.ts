/**
 * How the graph talks with the generators when they run in another process: a request is a value in control, answered by
 * another; what the generators do is told by a heartbeat through the cache. Releases next to each other understand the same.
 */

/** The generator of one use case, as the graph sees it. */
export interface ProducerStatus {
  useCase: string
  running: boolean
  mode: 'realistic' | 'parity'
  /** Wanted events per second; 'max' means as fast as the log accepts them. */
  rate: number | 'max'
  seed: string
  sent: number
  errors: number
  /** `at` in Unix milliseconds. */
  drift: readonly { kind: DriftChange['kind']; at: number; factor: number | null }[]
}

export interface ProducerChange {
  running?: boolean
  rate?: number
  mode?: 'realistic' | 'parity'
  seed?: string
}

export interface DriftChange {
  kind: 'ABRUPT' | 'GRADUAL' | 'SEASONAL' | 'BURST'
  widthSeconds: number
  periodSeconds: number
  factor: number
}

/** What one process asks of one generator; it asks again only after the answer, so each pair has one place in control. */
export interface ProducerRequest {
  v: 1
  id: string
  useCase: string
  /** Unix milliseconds. */
  at: number
  action: { change: ProducerChange } | { drift: DriftChange }
}

export interface ProducerAnswer {
  v: 1
  /** Of the request. */
  id: string
  result: { status: ProducerStatus } | { problem: { code: string; message: string } }
}

export interface ProducerHeartbeat {
  v: 1
  /** Of the process that generates. */
  instance: string
  /** Empty once it generates no more. */
  statuses: readonly ProducerStatus[]
}

/** Control: `producer-request/<instance>/<use case>`. Who generates next clears away what nobody waits for any more. */
export const PRODUCER_REQUESTS = 'producer-request/'
/** Control: the same key with another prefix. */
export const PRODUCER_ANSWERS = 'producer-answer/'
/** Control: which process generates, since leases are lost with the cache. */
export const PRODUCER_OWNER = 'producers-owner'
/** Lease: one process generates at a time. */
export const PRODUCER_LEASE = 'producers'
/** Cache: channel, and key of the newest one. */
export const PRODUCER_HEARTBEAT = 'producers/heartbeat'
/** How long an answer is waited for. Longer than a process that starts or a broker that elects a leader takes as a rule. */
export const PRODUCER_PATIENCE_MS = 5000
/** A heartbeat that is older tells nothing any more; one comes every second. */
export const HEARTBEAT_LIFE_MS = 5000
