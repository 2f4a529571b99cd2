/** Says once when tracking fails, once when something is lost by it, and once when it works again. */
export interface TrackingOutage {
  failed(writer: string, error: Error): void
  worked(writer: string): void
  /** It is closed and tries nothing more. */
  left(writer: string): void
  /** A batch of metrics had to go because too many wait. */
  dropped(): void
  /** Something was refused and will be again: it is left out. */
  refused(what: string, error: Error): void
  /** Why tracking does not work now; null while it does. */
  reason(): string | null
}

export type TrackingNotice = (level: 'info' | 'warn' | 'error', message: string) => void

export function createTrackingOutage(notice: TrackingNotice): TrackingOutage {
  const failing = new Set<string>()
  let reason: string | null = null
  let lost = 0
  return {
    failed(writer, error) {
      const isNew = failing.size === 0
      failing.add(writer)
      reason = error.message
      if (isNew) {
        notice(
          'warn',
          `Tracking: ${error.message} Learning goes on; what is to be logged waits until it works again.`,
        )
      }
    },
    worked(writer) {
      if (!failing.delete(writer) || failing.size > 0) return
      const told = lost === 0 ? '' : ` ${lost} batches of metrics were dropped meanwhile.`
      notice('info', `Tracking works again; what waited is logged.${told}`)
      reason = null
      lost = 0
    },
    left(writer) {
      failing.delete(writer)
      if (failing.size === 0) reason = null
    },
    dropped() {
      if (lost++ === 0)
        notice('warn', 'Tracking: too many metrics wait to be logged; the oldest are dropped.')
    },
    refused(what, error) {
      notice('warn', `Tracking refused ${what}, which is left out: ${error.message}`)
    },
    reason: () => reason,
  }
}
