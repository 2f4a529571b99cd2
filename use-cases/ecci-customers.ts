import { ecciLists, ecciRealism } from './ecci-domain.ts'
import { type Persona, favouriteCategories, personas } from './ecci-personas.ts'
import { type Random, chance, integerBetween, pick } from './random.ts'

export interface Customer {
  id: string
  persona: Persona
  /** Probability of each category; a loyal buyer keeps two favourites. */
  categories: readonly number[]
}

export interface Customers {
  /** Who opens a session of this persona: a returning customer or a new one. */
  choose(persona: number): Customer
  /** Customers so far. */
  readonly created: number
}

/** Customers who return with the same persona. A full pool forgets a random one for each new one. */
export function createCustomers(random: Random, uuid: () => string): Customers {
  const pools: Customer[][] = personas.map(() => [])
  // Personas share the pool by their share of sessions.
  const capacities = personas.map(({ share }) => Math.round(ecciRealism.customerPool * share))
  let created = 0
  return {
    choose(index) {
      const pool = pools[index] as Customer[]
      if (pool.length > 0 && chance(random, ecciRealism.returningShare)) return pick(random, pool)
      const customer = createCustomer(uuid(), random, personas[index] as Persona)
      created++
      if (pool.length < (capacities[index] as number)) pool.push(customer)
      else pool[integerBetween(random, 0, pool.length - 1)] = customer
      return customer
    },
    get created() {
      return created
    },
  }
}

function createCustomer(id: string, random: Random, persona: Persona): Customer {
  return { id, persona, categories: persona.categories ?? drawFavourites(random) }
}

function drawFavourites(random: Random): readonly number[] {
  const count = ecciLists.productCategories.length
  const first = integerBetween(random, 0, count - 1)
  // The second is any other: skip the first.
  const drawn = integerBetween(random, 0, count - 2)
  return favouriteCategories(first, drawn < first ? drawn : drawn + 1)
}
