import { createPythonRandom, loadPythonRandom, type PythonRandom } from '../../math/python-random.ts'
import { createRandom, loadRandom, type Random } from '../../math/random.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Draw } from '../tree/tree.ts'

/** What all trees of a forest draw from. */
export interface ForestRandom {
  /** Uniform in [0, 1). */
  uniform(): number
  /** Poisson count. */
  poisson(): number
  draw: Draw
  save(out: StateWriter): void
}

/** CPython's generator, draw for draw as River uses it. */
export function createRiverRandom(seed: number, rate: number): ForestRandom {
  return riverRandom(createPythonRandom(seed), rate)
}

export function loadRiverRandom(input: StateReader, rate: number): ForestRandom {
  return riverRandom(loadPythonRandom(input), rate)
}

/** A quicker generator: one uniform number per Poisson count. */
export function createQuickRandom(seed: number | string, rate: number): ForestRandom {
  return quickRandom(createRandom(seed), rate)
}

export function loadQuickRandom(input: StateReader, rate: number): ForestRandom {
  return quickRandom(loadRandom(input), rate)
}

function riverRandom(random: PythonRandom, rate: number): ForestRandom {
  return {
    uniform: () => random.random(),
    poisson: () => random.poisson(rate),
    draw: (n, k, out) => random.sample(n, k, out),
    save: out => random.save(out),
  }
}

function quickRandom(random: Random, rate: number): ForestRandom {
  const cumulative = poissonTable(rate)
  let pool = new Int32Array(32)
  return {
    uniform: () => random.next(),
    poisson() {
      const uniform = random.next()
      let count = 0
      while (count < cumulative.length && uniform >= cumulative[count]) count++
      return count
    },
    draw(n, k, out) {
      if (pool.length < n) pool = new Int32Array(2 * n)
      for (let i = 0; i < n; i++) pool[i] = i
      for (let i = 0; i < k; i++) {
        const j = i + random.below(n - i)
        out[i] = pool[j]
        pool[j] = pool[i]
      }
    },
    save: out => random.save(out),
  }
}

/** P(count <= i), until nothing is left to the precision of a double. */
function poissonTable(rate: number): Float64Array {
  const table: number[] = []
  let term = Math.exp(-rate)
  let sum = 0
  for (let i = 0; i < rate || term > 1e-17; i++) {
    sum += term
    table.push(sum)
    term *= rate / (i + 1)
  }
  return Float64Array.from(table)
}
