export interface SinkStatus {
  /** Names this process among those that could do the same. */
  instance: string
  tables: readonly TableStatus[]
}

/** `STANDBY`: another process writes it. `RETRYING`: it failed and is tried again; `problem` says why. */
export type TableState = 'STARTING' | 'RUNNING' | 'RETRYING' | 'STANDBY' | 'STOPPED'

export interface TableStatus {
  table: string
  topic: string
  useCase: string
  state: TableState
  /** Newest version known here; null before the table was opened. */
  version: number | null
  /** Records of the log that are not in the table yet, by offsets; null until it is known. */
  lag: number | null
  /** Rows written by this process, and records put into quarantine. */
  rows: number
  quarantined: number
  lastCommit: {
    /** Unix milliseconds. */
    at: number
    version: number
    rows: number
    /** From the append of the oldest record in it to the commit. */
    lagSeconds: number
  } | null
  /** Offsets that retention took before they could be read, newest last; the quarantine has a row for each. */
  gaps: readonly SinkGap[]
  problem: SinkProblem | null
}

export interface SinkGap {
  partition: number
  /** Inclusive. */
  from: number
  /** Exclusive. */
  to: number
  /** Unix milliseconds. */
  noticedAt: number
}

export interface SinkProblem {
  code: string
  message: string
  /** Unix milliseconds at which it began. */
  since: number
}
