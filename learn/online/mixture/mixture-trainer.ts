import { codedError } from '../../coded-error.ts'
import { createRandom, loadRandom } from '../../math/random.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { alignClasses } from './align-classes.ts'
import type { Cells } from './cells.ts'
import { chooseMixture, type Choice } from './choose-mixture.ts'
import type { GroupStatistics } from './group-statistics.ts'
import type { LiveGroup } from './live-groups.ts'
import { loadMixture, logJoint, type Mixture, maximise, normalise, saveMixture } from './mixture.ts'
import {
  addGroup,
  addSums,
  createMixtureSums,
  fade,
  loadMixtureSums,
  type MixtureSums,
  redistribute,
  saveMixtureSums,
} from './mixture-sums.ts'

/** Groups that the sums remember once they can no longer go on: the step size of the stepwise EM is 1 / MEMORY. */
const MEMORY = 20_000

/**
 * Learns a mixture from groups that still grow. A live group's share in the expected sums is replaced whenever it
 * changes (incremental EM, Neal and Hinton 1998); a group that is over enters sums that fade (stepwise EM, Cappe and
 * Moulines 2009). `refit` looks for a better solution and keeps the identity of the classes.
 */
export interface MixtureTrainer {
  /** Null before the first fit. */
  readonly mixture: Mixture | null
  /** Stable id of each class. */
  readonly ids: Int32Array
  /** How the mixture was chosen last; null before, and for a mixture saved in the first format. */
  readonly choice: ChoiceFigures | null
  /** Expected number of groups of each class that are live or remembered. */
  groupsOf(index: number): number
  /** Adds a live group to the sums with its present posterior. */
  contribute(group: LiveGroup): void
  /** Takes it out again, before it changes. */
  withdraw(group: LiveGroup): void
  /** Moves it from the live to the fading sums. */
  retire(group: LiveGroup): void
  /** M-step. */
  maximise(): void
  /** E-step over all live groups: their posteriors under the present parameters, and sums free of rounding. */
  refresh(live: Iterable<LiveGroup>): void
  /** Chooses the mixture anew on a window of groups. */
  refit(window: readonly GroupStatistics[], live: Iterable<LiveGroup>): void
  sizeBytes(): number
  save(out: StateWriter): void
}

export type ChoiceFigures = Omit<Choice, 'mixture'>

interface Options {
  cells: Cells
  mostComponents: number
  seed: number | string
  input?: StateReader | undefined
}

export function createMixtureTrainer({ cells, mostComponents, seed, input }: Options): MixtureTrainer {
  const random = input ? loadRandom(input) : createRandom(seed)
  const { numerics } = cells
  let nextId = input ? input.u32() : 0
  let ids = input ? input.i32s() : new Int32Array(0)
  let mixture = input?.bool() ? loadMixture(input, cells) : null
  let live = input ? loadMixtureSums(input, numerics) : createMixtureSums(1, 0, numerics)
  let past = input ? loadMixtureSums(input, numerics) : createMixtureSums(1, 0, numerics)
  let choice = input && cells.version > 1 && input.bool() ? figuresOf(input.f64s(3)) : null
  if (
    mixture &&
    (mixture.components !== ids.length || live.components !== ids.length || past.components !== ids.length)
  ) {
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `A mixture of ${ids.length} classes has sums of ${live.components}.`,
    )
  }

  function contribute(group: LiveGroup): void {
    if (mixture === null) return
    const posterior =
      group.posterior?.length === mixture.components ? group.posterior : new Float64Array(mixture.components)
    logJoint(mixture, group.statistics, posterior)
    normalise(posterior)
    addGroup(live, group.statistics, posterior, 1)
    group.posterior = posterior
  }

  function refresh(groups: Iterable<LiveGroup>): void {
    if (mixture === null) return
    live = createMixtureSums(mixture.components, cells.size, numerics)
    for (const group of groups) contribute(group)
  }

  function maximiseAll(): void {
    if (mixture === null) return
    const sums: MixtureSums = createMixtureSums(mixture.components, cells.size, numerics)
    addSums(sums, past)
    addSums(sums, live)
    mixture = maximise(sums, cells, mixture.concentrations)
  }

  /** Expected number of window groups in each pair of an old and a new class. */
  function overlapOf(old: Mixture, fresh: Mixture, window: readonly GroupStatistics[]): Float64Array {
    const overlap = new Float64Array(old.components * fresh.components)
    const before = new Float64Array(old.components)
    const after = new Float64Array(fresh.components)
    for (const group of window) {
      logJoint(old, group, before)
      normalise(before)
      logJoint(fresh, group, after)
      normalise(after)
      for (let i = 0; i < before.length; i++) {
        for (let k = 0; k < after.length; k++) overlap[i * after.length + k] += before[i] * after[k]
      }
    }
    return overlap
  }

  function adopt(fresh: Mixture, window: readonly GroupStatistics[]): void {
    if (mixture === null) {
      ids = Int32Array.from({ length: fresh.components }, () => nextId++)
      past = createMixtureSums(fresh.components, cells.size, numerics)
    } else {
      const overlap = overlapOf(mixture, fresh, window)
      const matches = alignClasses(overlap, mixture.components, fresh.components)
      const before = ids
      ids = Int32Array.from(matches, old => (old < 0 ? nextId++ : before[old]))
      past = redistribute(past, rowShares(overlap, mixture.components), fresh.components)
    }
    mixture = fresh
  }

  return {
    get mixture() {
      return mixture
    },
    get ids() {
      return ids
    },
    get choice() {
      return choice
    },
    groupsOf: index => Math.max(0, live.groups[index] + past.groups[index]),
    contribute,
    withdraw({ statistics, posterior }) {
      if (mixture !== null && posterior !== null) addGroup(live, statistics, posterior, -1)
    },
    retire({ statistics, posterior }) {
      if (mixture === null || posterior === null) return
      addGroup(live, statistics, posterior, -1)
      fade(past, 1 - 1 / MEMORY)
      addGroup(past, statistics, posterior, 1)
    },
    maximise: maximiseAll,
    refresh,
    refit(window, groups) {
      const chosen = chooseMixture(mixture, window, cells, mostComponents, random)
      choice = figuresOf(Float64Array.of(chosen.likelihood, chosen.oneClass, chosen.groups))
      adopt(chosen.mixture, window)
      refresh(groups)
      maximiseAll()
    },
    sizeBytes: () =>
      8 * (live.counts.length + live.moments.length + past.counts.length + past.moments.length),
    save(out) {
      random.save(out)
      out.u32(nextId)
      out.i32s(ids)
      out.bool(mixture !== null)
      if (mixture !== null) saveMixture(out, mixture)
      saveMixtureSums(out, live)
      saveMixtureSums(out, past)
      out.bool(choice !== null)
      if (choice !== null) out.f64s(Float64Array.of(choice.likelihood, choice.oneClass, choice.groups))
    },
  }
}

function figuresOf([likelihood, oneClass, groups]: Float64Array): ChoiceFigures {
  return { likelihood, oneClass, groups }
}

/** Each row divided by its sum; a class that no group is in spreads evenly. */
function rowShares(overlap: Float64Array, rows: number): Float64Array {
  const width = overlap.length / rows
  const shares = new Float64Array(overlap.length)
  for (let row = 0; row < rows; row++) {
    const own = overlap.subarray(row * width, (row + 1) * width)
    const total = own.reduce((sum, value) => sum + value, 0)
    for (let k = 0; k < width; k++) shares[row * width + k] = total > 0 ? own[k] / total : 1 / width
  }
  return shares
}
