import type { PortError } from '#ports/port-error.ts'
import type { RedisNotice } from './redis-options.ts'

export interface OutageWatch {
  /** Why the engine is away; null while it is there. */
  readonly reason: PortError | null
  failed(reason: PortError): void
  /** Everything answered just now. */
  recovered(): void
}

/** Says once that the engine was lost, whatever fails meanwhile, and once that it is back. */
export const createOutageWatch = ({
  label,
  settleMs,
  onNotice,
  now = () => performance.now(),
}: {
  label: string
  /** An outage ends only this long after its last failure, so that a connection that comes and goes is one outage. */
  settleMs: number
  onNotice: RedisNotice
  now?: () => number
}): OutageWatch => {
  let outage: { reason: PortError; since: number; lastFailure: number } | null = null
  return {
    get reason() {
      return outage?.reason ?? null
    },
    failed(reason) {
      const time = now()
      if (outage) {
        outage.lastFailure = time
        return
      }
      outage = { reason, since: time, lastFailure: time }
      onNotice('warn', `${reason.message} Going on without the cache, and trying again.`)
    },
    recovered() {
      if (!outage || now() - outage.lastFailure < settleMs) return
      const seconds = ((now() - outage.since) / 1000).toFixed(1)
      outage = null
      onNotice('info', `${label} is back after ${seconds} s.`)
    },
  }
}
