import { lossCut } from './loss-cut.ts'
import type { ResidualProbe } from './residual-probe.ts'

/** A group is refused when adding it leaves a tenth of what was unexplained without it. */
export const LEAK_FACTOR = 10
/** Most fields of a group. */
const MOST_FIELDS = 4
/** A field belongs to a group if this many times more is unexplained when it alone is missing. */
const BELONGS = 1.15

export interface Leak {
  readonly fields: readonly string[]
  /** How many times more is unexplained without them. */
  readonly factor: number
}

/**
 * Fields, alone or up to four together, whose addition to the others cuts what is unexplained ten-fold. Of several such
 * groups the one is named whose fields say more beside the others than they say alone: causes that are multiplied into
 * the target look harmless one by one. What is found is taken away and the rest looked at again.
 */
export async function findLeaks(probe: ResidualProbe, names: readonly string[]): Promise<Leak[]> {
  const constant = await probe.losses([])
  const cut = async (without: readonly string[], withThem: Float64Array) =>
    lossCut(await probe.losses(without), withThem, constant)
  const leaks: Leak[] = []
  let rest = [...names]
  while (rest.length > 0) {
    const all = await probe.losses(rest)
    // No group can cut more than everything does.
    if (lossCut(constant, all, constant).lower < LEAK_FACTOR) break
    const leak: Leak | null = (await findSingle(rest, all)) ?? (await findGroup(rest, all))
    if (!leak) break
    leaks.push(leak)
    rest = rest.filter(name => !leak.fields.includes(name))
  }
  return leaks

  /** The field that tells the target by itself: an honest one leaves work for the others. */
  async function findSingle(fields: readonly string[], all: Float64Array): Promise<Leak | null> {
    let best: Leak | null = null
    for (const name of fields) {
      const alone = await probe.losses([name])
      const { factor, lower } = lossCut(constant, alone, constant)
      if (lower < LEAK_FACTOR || factor <= (best?.factor ?? 0)) continue
      if (lossCut(alone, all, constant).factor <= 2) best = { fields: [name], factor }
    }
    return best
  }

  async function findGroup(fields: readonly string[], all: Float64Array): Promise<Leak | null> {
    const candidates: { name: string; excess: number }[] = []
    for (const name of fields) {
      const besides = (await cut(without(fields, [name]), all)).factor
      if (besides < BELONGS) continue
      const excess = besides / lossCut(constant, await probe.losses([name]), constant).factor
      if (excess > 1) candidates.push({ name, excess })
    }
    candidates.sort((a, b) => b.excess - a.excess)
    const group = candidates.slice(0, MOST_FIELDS).map(({ name }) => name)
    if (group.length === 0) return null
    const { factor, lower } = await cut(without(fields, group), all)
    return lower >= LEAK_FACTOR ? { fields: group, factor } : null
  }
}

function without(names: readonly string[], some: readonly string[]): string[] {
  return names.filter(name => !some.includes(name))
}
