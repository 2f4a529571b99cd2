import { createRandom } from '#learn/math/random.ts'
import { ecci } from '#use-cases/ecci.ts'
import type { Item } from '#use-cases/generator.ts'
import { noText, referenceStartMs } from '../limits/parity-events.ts'

/** A seeded `realistic` stream that runs until `sessions` of them have ended; 20 events per second by default. */
export function ecciItems({
  sessions,
  seed,
  rate = 20,
}: {
  sessions: number
  seed: string
  rate?: number
}): Item[] {
  const generator = ecci.generate({
    mode: 'realistic',
    options: {},
    random: createRandom(seed),
    faker: noText,
    startMs: referenceStartMs,
    rate,
  })
  const items: Item[] = []
  for (let ended = 0; ended < sessions; ) {
    const item = generator.next()
    if (item.kind === 'truth') ended++
    items.push(item as Item)
  }
  return items
}
