import { createRandom } from '#learn/math/random.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { EventGenerator } from '#use-cases/generator.ts'
import { createFaker } from './faker.ts'
import type { ProducerSettings } from './settings.ts'

/** The seeded generator that a producer's settings describe. Use cases under one seed draw independent streams. */
export async function openSource(
  useCase: UseCase,
  settings: ProducerSettings,
  startMs: number,
): Promise<EventGenerator> {
  const { mode, options, rate, seed, labelSpeed } = settings
  return useCase.generate({
    mode,
    options,
    random: createRandom(`${useCase.id}/${seed}`),
    faker: await createFaker(createRandom(`${useCase.id}/${seed}/text`)),
    startMs,
    labelSpeed,
    ...(rate === 'max' ? {} : { rate }),
  })
}
