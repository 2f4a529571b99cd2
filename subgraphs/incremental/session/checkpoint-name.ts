/** What the name of a stored checkpoint tells. */
export interface CheckpointName {
  name: string
  sequence: number
  /** Unix milliseconds. */
  at: number
}

const KEEP = 3
const HOUR_MS = 3_600_000
const NAME = /^(\d+)-(\d+)\.checkpoint$/

export function checkpointName(sequence: number, at: number): string {
  return `${String(sequence).padStart(15, '0')}-${at}.checkpoint`
}

/** Those that are names of checkpoints, the newest first. */
export function newestFirst(names: readonly string[]): CheckpointName[] {
  const found = names.flatMap(name => {
    const [, sequence, at] = NAME.exec(name) ?? []
    return sequence && at ? [{ name, sequence: Number(sequence), at: Number(at) }] : []
  })
  return found.sort((a, b) => b.sequence - a.sequence || b.at - a.at)
}

/** Of names with the newest first: all but the last three and one an hour. */
export function outlived(names: readonly CheckpointName[]): CheckpointName[] {
  const hours = new Set<number>()
  return names.filter(({ at }, index) => {
    const hour = Math.floor(at / HOUR_MS)
    const gone = index >= KEEP && hours.has(hour)
    hours.add(hour)
    return gone
  })
}
