import type { SoakVerdict } from './judge-soak.ts'
import type { SoakRun, SoakSample } from './sustain-load.ts'

/** Head of the rows that show a run as it goes. */
export function headOf(): string {
  return ' seconds   events/s    lag   resident MB (cores)'
}

export function rowOf({ seconds, produced, predicted, processes }: SoakSample, before?: SoakSample): string {
  const elapsed = seconds - (before?.seconds ?? 0)
  const rate = (produced - (before?.produced ?? 0)) / elapsed
  const each = [...processes].map(([name, { residentMb, cpuSeconds }]) => {
    const cores = (cpuSeconds - (before?.processes.get(name)?.cpuSeconds ?? 0)) / elapsed
    return `${name} ${residentMb.toFixed(0)}${before ? ` (${cores.toFixed(2)})` : ''}`
  })
  const cells = [
    seconds.toFixed(0).padStart(8),
    rate.toFixed(0).padStart(10),
    String(produced - predicted).padStart(6),
  ]
  return `${cells.join(' ')}   ${each.join(', ')}`
}

/** What came of it, in Markdown. */
export function tableOf({ drainedSeconds }: SoakRun, verdict: SoakVerdict): string {
  const { askedPerSecond, ratePerSecond, minutes, lag, delayMs, roles, totals } = verdict
  const processes = roles.map(({ name, firstMb, lastMb, maxMb, mbPerMinute, cores }) => [
    name,
    firstMb.toFixed(0),
    lastMb.toFixed(0),
    maxMb.toFixed(0),
    mbPerMinute === null ? '–' : mbPerMinute.toFixed(2),
    cores.toFixed(2),
  ])
  const counts = totals.map(({ useCase, produced, predicted, missing, doubled, deadLetters, told }) =>
    [useCase, produced, predicted, missing, doubled, deadLetters, told].map(String),
  )
  return [
    `${ratePerSecond.toFixed(0)} events/s sustained over ${minutes} minutes, ${askedPerSecond} asked for; lag at most ${lag.max}, ${lag.end} at the end (after ${drainedSeconds?.toFixed(1) ?? '–'} s)`,
    `event appended → websocket with maxPerSecond: p50 ${delayMs.p50.toFixed(0)} ms, p99 ${delayMs.p99.toFixed(0)} ms`,
    '',
    table(['process', 'MB after warm-up', 'MB at the end', 'most MB', 'MB/minute', 'cores'], processes),
    '',
    table(['use case', 'produced', 'predicted', 'left out', 'doubled', 'dead letters', 'told'], counts),
    '',
    verdict.broken.length === 0 ? 'Every bound holds.' : `Broken: ${verdict.broken.join(' ')}`,
  ].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')
}
