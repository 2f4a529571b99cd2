import { codedError } from '../../coded-error.ts'
import type { Column } from '../learner.ts'
import type { ParameterValues } from '../parameters.ts'
import type { LeafKind, TreeRules } from './tree-rules.ts'

/** Parameters of a regression tree, alone or in a forest. */
export const TREE_PARAMETERS = {
  /** `ours`, or `river` for equality with River 0.26.1. */
  mode: { default: 'ours' },
  /** What leaves answer with: `mean`, `model` (linear), or `adaptive` (whichever erred less lately). */
  leaf: { default: 'adaptive' },
  /** How numeric columns are watched: `ebst`, `tebst` (rounded to `digits`), `qo`; `auto` is tebst for River, else ebst. */
  splitter: { default: 'auto' },
  /** Weight between two attempts to split a leaf. */
  gracePeriod: { default: 200, min: 1 },
  maxDepth: { default: 980, min: 0, integer: true },
  /** Chance of a wrong split. */
  delta: { default: 1e-7, min: 1e-300, max: 1 },
  /** Bound below which the best candidate need not be certain. */
  tau: { default: 0.05, min: 0, max: 1 },
  /** Share of a past squared error that counts at the next example. */
  decay: { default: 0.95, min: 0, max: 1 },
  digits: { default: 1, min: 0, max: 15, integer: true },
  /** Width of a slot of `qo`. */
  radius: { default: 0.25, min: 1e-12 },
  /** Least weight of a child. */
  minSamples: { default: 5, min: 0 },
  /** `multiway`: nominal columns may split into a child per category; `binary`: one category against the rest. */
  branches: { default: 'multiway' },
  /** `yes` stops watching columns that cannot win in a leaf. */
  dropPoorColumns: { default: 'no' },
  /** `no` leaves out the null split. */
  preprune: { default: 'yes' },
  /** Of the linear models. */
  learningRate: { default: 0.01, min: 0, max: 1 },
}

interface TreeShape {
  columns: readonly Column[]
  /** Columns a leaf draws. */
  maxColumns: number
  maxBytes: number
}

/** The rules that parameters stand for. Throws INVALID_PARAMETER for a word that is none of a parameter's. */
export function treeRules(
  learner: string,
  parameters: ParameterValues<typeof TREE_PARAMETERS>,
  { columns, maxColumns, maxBytes }: TreeShape,
): TreeRules {
  const word = <Word extends string>(name: keyof typeof TREE_PARAMETERS, words: readonly Word[]): Word => {
    const found = words.find(known => known === parameters[name])
    if (found !== undefined) return found
    throw codedError(
      'INVALID_PARAMETER',
      `Parameter ${name} of ${learner} is ${parameters[name]}, wanted one of ${words.join(', ')}.`,
    )
  }
  const river = word('mode', ['ours', 'river']) === 'river'
  const splitter = word('splitter', ['auto', 'tebst', 'ebst', 'qo'])
  const usual = river ? 'tebst' : 'ebst'
  const names = columns.map(({ name }) => name)
  const byName = names.map((_, i) => i).sort((a, b) => byCodePoint(names[a], names[b]))
  const { gracePeriod, maxDepth, delta, tau, decay, digits, radius, minSamples, learningRate } = parameters
  return {
    river,
    leaf: word<LeafKind>('leaf', ['mean', 'model', 'adaptive']),
    splitter: splitter === 'auto' ? usual : splitter,
    binary: word('branches', ['multiway', 'binary']) === 'binary',
    removePoor: word('dropPoorColumns', ['no', 'yes']) === 'yes',
    preprune: word('preprune', ['no', 'yes']) === 'yes',
    gracePeriod,
    maxDepth,
    delta,
    tau,
    decay,
    digits,
    radius,
    minSamples,
    learningRate,
    maxBytes,
    nominal: Uint8Array.from(columns, ({ kind }) => (kind === 'nominal' ? 1 : 0)),
    maxColumns,
    byName: Int32Array.from(byName),
  }
}

/** Python's order of texts, which differs from JavaScript's beyond the basic plane. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const apart = (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0)
    if (apart !== 0) return apart
  }
  return left.length - right.length
}
