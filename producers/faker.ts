import type { Faker, FakerOptions } from '@faker-js/faker'
import type { Random } from '#learn/math/random.ts'

type FakerClass = new (options: FakerOptions) => Faker

/**
 * A Faker with English data that draws from our seeded random. Loaded on first use and only in the one language: the
 * package with all languages takes tens of megabytes.
 */
export async function createFaker(random: Pick<Random, 'next'>): Promise<Faker> {
  const { faker } = await import('@faker-js/faker/locale/en')
  const Base = faker.constructor as FakerClass
  return new Base({ locale: faker.rawDefinitions, randomizer: { next: () => random.next(), seed: ignore } })
}

/** The seed is that of the random given; Faker has no say in it. */
function ignore(): void {}
