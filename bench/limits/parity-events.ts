import { createRandom } from '#learn/math/random.ts'
import type { EventGenerator, FakeText, GeneratorSettings } from '#use-cases/generator.ts'

interface Options {
  count: number
  seed: number | string
  /** Events per second of virtual time; default: the pace of the reference system. */
  rate?: number
  startMs?: number
  /** Options of the producer other than the defaults. */
  options?: GeneratorSettings['options']
}

/** Limits do not look at text, and Faker's would take most of the time. */
export const noText: FakeText = {
  internet: { userAgent: () => 'Mozilla/5.0', ipv4: () => '192.0.2.1' },
  word: { noun: () => 'lamp' },
}

/** Monday 2026-01-05 00:00 UTC, where the published figures start. */
export const referenceStartMs = Date.UTC(2026, 0, 5)

/** A seeded stream of labelled `parity` events, at default options unless others are given. */
export function parityEvents<E>(
  useCase: { generate(settings: GeneratorSettings): EventGenerator<E> },
  { count, seed, rate, startMs = referenceStartMs, options = {} }: Options,
): E[] {
  const generator = useCase.generate({
    mode: 'parity',
    options,
    random: createRandom(seed),
    faker: noText,
    startMs,
    ...(rate === undefined ? {} : { rate }),
  })
  const events: E[] = []
  while (events.length < count) {
    const item = generator.next()
    if (item.kind === 'event') events.push(item.record)
  }
  return events
}
