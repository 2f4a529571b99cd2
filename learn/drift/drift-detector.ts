import type { StateWriter } from '../state/writer.ts'

/** Watches one number per event; a change starts it afresh at the next number. */
export interface DriftDetector {
  /** Whether the last update found a change. */
  readonly drift: boolean
  /** Whether a change may be under way; false for detectors that do not warn. */
  readonly warning: boolean
  /** Takes one finite value; returns `drift`. */
  update(x: number): boolean
  /** What the detector's load function continues from, bit for bit. */
  save(out: StateWriter): void
}
