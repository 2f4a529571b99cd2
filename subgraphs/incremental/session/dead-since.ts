import type { EventLog } from '#ports/event-log.ts'
import type { Topics } from '#use-cases/topics.ts'
import type { DeadLetter } from './engine-api.ts'

/** Dead letters of records at or after the checkpoint's offsets, so that none is published twice. */
export async function deadSince(
  log: EventLog,
  topics: Topics,
  from: readonly number[],
  since: Readonly<Record<DeadLetter['kind'], readonly number[]>>,
  signal: AbortSignal,
): Promise<{ alreadyDead: (letter: DeadLetter) => boolean; next: number[] }> {
  const seen = new Set<string>()
  const next = [...from]
  for await (const { records } of log.read(topics.deadLetters, { from, signal })) {
    for (const { value, partition: p, offset: at } of records) {
      next[p] = at + 1
      const { kind, partition, offset } = JSON.parse(new TextDecoder().decode(value)) as DeadLetter
      if (offset >= (since[kind][partition] ?? 0)) seen.add(`${kind}/${partition}/${offset}`)
    }
  }
  return { alreadyDead: ({ kind, partition, offset }) => seen.has(`${kind}/${partition}/${offset}`), next }
}
