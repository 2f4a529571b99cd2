import type { EventGenerator, GeneratorSettings, JsonEvent } from '#use-cases/generator.ts'
import { parityEvents } from '../limits/parity-events.ts'

const WEEKS = 6

/** Labelled `parity` events over six virtual weeks by event time, so that each of the parts of a split holds whole weeks. */
export function eventsOverWeeks<E>(
  useCase: { time: string; generate(settings: GeneratorSettings): EventGenerator<E> },
  { count, seed }: { count: number; seed: string },
): (E & JsonEvent)[] {
  const rate = count / (WEEKS * 7 * 86_400)
  const events = parityEvents(useCase, { count, seed, rate }) as (E & JsonEvent)[]
  const timeOf = (event: JsonEvent) => Date.parse(event[useCase.time] as string)
  return events.sort((a, b) => timeOf(a) - timeOf(b))
}
