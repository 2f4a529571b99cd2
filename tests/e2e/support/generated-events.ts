import { createRandom } from '#learn/math/random.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { FakeText, JsonEvent, Mode } from '#use-cases/generator.ts'

const noText: FakeText = {
  internet: { userAgent: () => 'Mozilla/5.0', ipv4: () => '192.0.2.1' },
  word: { noun: () => 'lamp' },
}

/** Seeded events of a use case as JSON records: with their label inside in `parity` mode, without in `realistic` mode. */
export function generatedEvents(
  useCase: UseCase,
  { count, seed, mode }: { count: number; seed: string; mode: Mode },
): JsonEvent[] {
  const generator = useCase.generate({
    mode,
    options: {},
    random: createRandom(seed),
    faker: noText,
    startMs: Date.UTC(2026, 0, 5),
  })
  const events: JsonEvent[] = []
  while (events.length < count) {
    const item = generator.next()
    if (item.kind === 'event') events.push(item.record)
  }
  return events
}
