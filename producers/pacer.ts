/** Where virtual time stands against wall time. */
export interface Pacer {
  /** Virtual time now. */
  virtualMs(): number
  /** Milliseconds of wall time until `virtualMs` comes; 0 if it has come. */
  waitMs(virtualMs: number): number
  /** Makes `virtualMs` the present: after a pause, or where sending was too slow, nothing is caught up with in a burst. */
  shiftTo(virtualMs: number): void
  /** Shifts if `virtualMs` is overdue by more than the tolerance; true if it did. */
  forgive(virtualMs: number): boolean
}

interface Options {
  now(): number
  /** Virtual time at the start. */
  startMs: number
  /** Milliseconds that may be caught up with. */
  toleranceMs?: number
}

export function createPacer({ now, startMs, toleranceMs = 250 }: Options): Pacer {
  let offset = startMs - now()
  const shiftTo = (virtualMs: number) => {
    offset = virtualMs - now()
  }
  return {
    virtualMs: () => now() + offset,
    waitMs: virtualMs => Math.max(0, virtualMs - offset - now()),
    shiftTo,
    forgive(virtualMs) {
      const isOverdue = now() + offset - virtualMs > toleranceMs
      if (isOverdue) shiftTo(virtualMs)
      return isOverdue
    },
  }
}
