import { execFileSync } from 'node:child_process'

export interface ProcessUsage {
  /** Resident memory, 10^6 bytes. */
  residentMb: number
  /** CPU time since it started, all threads, in seconds. */
  cpuSeconds: number
}

/** Of processes by id, as `ps` tells; those that are gone are missing. */
export function processUsage(pids: readonly number[]): Map<number, ProcessUsage> {
  const text = execFileSync('ps', ['-o', 'pid=,rss=,time=', '-p', pids.join(',')], { encoding: 'utf8' })
  return new Map(
    text
      .trim()
      .split('\n')
      .map(line => {
        const [pid, kib, time = ''] = line.trim().split(/\s+/)
        return [Number(pid), { residentMb: (Number(kib) * 1024) / 1e6, cpuSeconds: secondsOf(time) }]
      }),
  )
}

/** Of `[[days-]hours:]minutes:seconds`. */
function secondsOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse()
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), Number(days) * 24)
}
