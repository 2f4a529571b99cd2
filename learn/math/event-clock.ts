import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** An event further ahead than this is believed only when a second one confirms it. */
const JUMP_MS = 3_600_000

/**
 * The latest event time of a stream, proof against a single event dated far in the future, which would otherwise make
 * everything after it look too old for ever. No wall clock is involved.
 */
export interface EventClock {
  /** Latest believed event time in Unix milliseconds, -Infinity before the first event. */
  now(): number
  /** Takes note of an event; false when it is too far ahead to be believed yet. */
  advance(timeMs: number): boolean
  save(out: StateWriter): void
}

export function createEventClock(input?: StateReader): EventClock {
  let now = input ? input.f64() : -Infinity
  /** Time of the latest event that was not believed. */
  let doubtful = input ? input.f64() : Number.NaN
  return {
    now: () => now,
    advance(timeMs) {
      if (!Number.isFinite(timeMs)) return false
      if (timeMs <= now) return true
      const isJump = timeMs > now + JUMP_MS && now > -Infinity
      if (isJump && !(Math.abs(timeMs - doubtful) <= JUMP_MS)) {
        doubtful = timeMs
        return false
      }
      now = timeMs
      return true
    },
    save(out) {
      out.f64(now)
      out.f64(doubtful)
    },
  }
}
