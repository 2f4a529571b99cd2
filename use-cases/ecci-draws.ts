import { ecciLaw } from './ecci-domain.ts'
import type { FakeText } from './generator.ts'
import { type Random, integerBetween, round, uniform } from './random.ts'

/** Where everything random in a stream comes from. */
export interface Sources {
  random: Random
  faker: FakeText
  uuid(): string
}

/** A place in Houston, to about a hundred metres. */
export function drawLocation(random: Random): { lat: number; lon: number } {
  const lat = round(uniform(random, ecciLaw.latitude[0], ecciLaw.latitude[1]), 3)
  const lon = round(uniform(random, ecciLaw.longitude[0], ecciLaw.longitude[1]), 3)
  return { lat, lon }
}

/** A search of one to four words. */
export function drawQuery({ random, faker }: Sources): string {
  const words = integerBetween(random, ecciLaw.searchWords[0], ecciLaw.searchWords[1])
  return Array.from({ length: words }, () => faker.word.noun()).join(' ')
}

export function drawProductId(random: Random): string {
  return `prod_${integerBetween(random, ecciLaw.products[0], ecciLaw.products[1])}`
}
