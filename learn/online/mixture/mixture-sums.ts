import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { GroupStatistics } from './group-statistics.ts'

/** Expected sufficient statistics: what groups hold, shared among the classes by their posteriors. */
export interface MixtureSums {
  readonly components: number
  /** Expected number of groups of each class. */
  groups: Float64Array
  /** Expected count of a cell in a class, at cell * components + class. */
  counts: Float64Array
  /** Per numeric column and class: number, sum and sum of squares, at 3 * (column * components + class). */
  moments: Float64Array
}

export function createMixtureSums(components: number, cells: number, numerics: number): MixtureSums {
  return {
    components,
    groups: new Float64Array(components),
    counts: new Float64Array(Math.max(64, 2 * cells) * components),
    moments: new Float64Array(3 * numerics * components),
  }
}

/** Makes sure that every cell has a count. */
export function reserve(sums: MixtureSums, cells: number): void {
  const wanted = cells * sums.components
  if (sums.counts.length < wanted) sums.counts = grown(sums.counts, wanted)
}

/** Adds `sign` times a group, shared among the classes by `posterior`. */
export function addGroup(
  sums: MixtureSums,
  group: GroupStatistics,
  posterior: Float64Array,
  sign: 1 | -1,
): void {
  const { components, groups, moments } = sums
  for (let k = 0; k < components; k++) groups[k] += sign * posterior[k]
  for (let i = 0; i < group.used; i++) {
    const at = group.cells[i] * components
    if (at + components > sums.counts.length) sums.counts = grown(sums.counts, at + components)
    const count = sign * group.counts[i]
    for (let k = 0; k < components; k++) sums.counts[at + k] += count * posterior[k]
  }
  for (let j = 0; 3 * j < group.sums.length; j++) {
    for (let part = 0; part < 3; part++) {
      const amount = sign * group.sums[3 * j + part]
      if (amount === 0) continue
      for (let k = 0; k < components; k++) moments[3 * (j * components + k) + part] += amount * posterior[k]
    }
  }
}

function grown(values: Float64Array, length: number): Float64Array {
  const larger = new Float64Array(Math.max(2 * values.length, length))
  larger.set(values)
  return larger
}

/** Adds other sums of the same classes. */
export function addSums(sums: MixtureSums, other: MixtureSums): void {
  if (sums.counts.length < other.counts.length) sums.counts = grown(sums.counts, other.counts.length)
  addInto(sums.groups, other.groups)
  addInto(sums.counts, other.counts)
  addInto(sums.moments, other.moments)
}

/** Multiplies everything by a factor: older groups fade. */
export function fade({ groups, counts, moments }: MixtureSums, factor: number): void {
  for (const values of [groups, counts, moments]) for (let i = 0; i < values.length; i++) values[i] *= factor
}

/** Hands the sums of old classes on to new ones; `shares[old * components + fresh]` sum to 1 over the new ones. */
export function redistribute(old: MixtureSums, shares: Float64Array, components: number): MixtureSums {
  const fresh: MixtureSums = {
    components,
    groups: new Float64Array(components),
    counts: new Float64Array((old.counts.length / old.components) * components),
    moments: new Float64Array((old.moments.length / old.components) * components),
  }
  for (let from = 0; from < old.components; from++) {
    for (let to = 0; to < components; to++) {
      const share = shares[from * components + to]
      if (share === 0) continue
      fresh.groups[to] += share * old.groups[from]
      for (let cell = 0; cell * old.components < old.counts.length; cell++) {
        fresh.counts[cell * components + to] += share * old.counts[cell * old.components + from]
      }
      for (let j = 0; 3 * j * old.components < old.moments.length; j++) {
        for (let part = 0; part < 3; part++) {
          fresh.moments[3 * (j * components + to) + part] +=
            share * old.moments[3 * (j * old.components + from) + part]
        }
      }
    }
  }
  return fresh
}

export function saveMixtureSums(
  out: StateWriter,
  { components, groups, counts, moments }: MixtureSums,
): void {
  out.u32(components)
  out.f64s(groups)
  out.f64s(counts)
  out.f64s(moments)
}

export function loadMixtureSums(input: StateReader, numerics: number): MixtureSums {
  const components = input.u32()
  return {
    components,
    groups: input.f64s(components),
    counts: input.f64s(),
    moments: input.f64s(3 * numerics * components),
  }
}

function addInto(values: Float64Array, others: Float64Array): void {
  for (let i = 0; i < others.length; i++) values[i] += others[i]
}
