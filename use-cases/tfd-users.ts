import { type Random, chance, integerBetween, pick } from './random.ts'
import { tfdRealism } from './tfd-domain.ts'
import type { Account } from './tfd-transaction.ts'

export interface Users {
  /** Who makes the next transaction: a returning user with their own account, or a new one with the account given. */
  choose(base: Account, timeMs: number): { userId: string; account: Account }
}

interface User {
  userId: string
  account: Account
  sinceMs: number
}

const dayMs = 86_400_000

/** A pool of users who return. When it is full, each new user takes the place of a random one. */
export function createUsers(random: Random, uuid: () => string): Users {
  const pool: User[] = []
  return {
    choose(base, timeMs) {
      if (pool.length > 0 && chance(random, tfdRealism.returningShare)) {
        const { userId, account, sinceMs } = pick(random, pool)
        const grownDays = Math.floor((timeMs - sinceMs) / dayMs)
        return { userId, account: { ...account, account_age_days: account.account_age_days + grownDays } }
      }
      const user = { userId: uuid(), account: base, sinceMs: timeMs }
      if (pool.length < tfdRealism.userPool) pool.push(user)
      else pool[integerBetween(random, 0, pool.length - 1)] = user
      return { userId: user.userId, account: base }
    },
  }
}
