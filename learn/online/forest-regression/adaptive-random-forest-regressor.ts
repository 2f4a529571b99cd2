import { codedError } from '../../coded-error.ts'
import { createPythonRandom, loadPythonRandom } from '../../math/python-random.ts'
import type { StateReader } from '../../state/reader.ts'
import type { Column, Regressor, Row } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from '../parameters.ts'
import { isPresent } from '../tree-regression/leaf-observers.ts'
import { LeafInputs } from '../tree-regression/leaf-inputs.ts'
import { TargetRange } from '../tree-regression/target-range.ts'
import { TREE_PARAMETERS, treeRules } from '../tree-regression/tree-parameters.ts'
import type { TreeRules } from '../tree-regression/tree-rules.ts'
import { drawnColumns } from './drawn-columns.ts'
import { ForestMember } from './forest-member.ts'
import { medianOf } from './median-of.ts'
import { seedNumber } from '../seed-number.ts'
import { weightedMean } from './weighted-mean.ts'

const NAME = 'adaptive-random-forest-regressor'
const PARAMETERS = {
  ...TREE_PARAMETERS,
  gracePeriod: { ...TREE_PARAMETERS.gracePeriod, default: 50 },
  delta: { ...TREE_PARAMETERS.delta, default: 0.01 },
  trees: { default: 10, min: 1, max: 200, integer: true },
  /** Columns a leaf watches: a number, a share such as `0.6`, `sqrt`, `log2` or `all`. */
  maxColumns: { default: 'sqrt' },
  /** Mean of the Poisson distribution of an example's weight in a tree. */
  lambda: { default: 6, min: 0.1, max: 100 },
  aggregation: { default: 'median' },
  /** `weighted`: in a mean, better trees count more. */
  vote: { default: 'equal' },
  driftDelta: { default: 0.001, min: 1e-300, max: 1 },
  warningDelta: { default: 0.01, min: 1e-300, max: 1 },
}
const DEFAULT_BYTES = 2 ** 26
/** State of the generator. */
const RANDOM_BYTES = 2512

/** What the catalogue tells. */
export const adaptiveRandomForestRegressorInfo: LearnerInfo = {
  title: 'Adaptive random forest regressor',
  task: 'regression',
  description:
    'Hoeffding trees over random columns and weights, each replaced when its error drifts (Gomes et al. 2017, 2018). Follows abrupt change and interactions without being told of them.',
  missing: 'Follows the heavier branch; not counted for splits on that column.',
  additive: false,
}

export interface ForestRegressor extends Regressor {
  /** Warnings and drifts of all trees so far. */
  readonly warnings: number
  readonly drifts: number
}

/**
 * Adaptive random forest for regression. `mode` `river` repeats River 0.26.1 draw for draw for the same seed: background
 * trees learn with the bootstrap weight, and a weighted mean is `trees` times too small. `ours`: background trees learn
 * with weight 1 (as MOA), leaf models are standardised, answers stay within the targets seen. A text as seed is hashed.
 * Throws INVALID_PARAMETER.
 */
export function createAdaptiveRandomForestRegressor(options: LearnerOptions): ForestRegressor {
  const parameters = readParameters(NAME, PARAMETERS, options.params)
  return fromState(options.columns, parameters, options.maxBytes ?? DEFAULT_BYTES, options.seed ?? 1)
}

/** Reads what follows the name in a saved learner. */
export function loadAdaptiveRandomForestRegressor(
  input: StateReader,
  columns: readonly Column[],
): ForestRegressor {
  const parameters = loadParameters(input, NAME, PARAMETERS)
  return fromState(columns, parameters, input.f64(), 0, input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  maxBytes: number,
  seed: number | string,
  input?: StateReader,
): ForestRegressor {
  const { trees, lambda, aggregation, vote, maxColumns, driftDelta, warningDelta } = parameters
  if (!['mean', 'median'].includes(aggregation)) throw invalid('aggregation', aggregation, 'mean or median')
  if (!['equal', 'weighted'].includes(vote)) throw invalid('vote', vote, 'equal or weighted')
  if (drawnColumns(maxColumns, columns.length) === null) {
    throw invalid('maxColumns', maxColumns, 'a number, a share, sqrt, log2 or all')
  }
  // A background tree may stand beside every tree.
  const treeBytes = maxBytes / (2 * trees)
  let updates = input ? input.f64() : 0
  let columnsAtFirst = input ? input.u32() : columns.length
  let rules = rulesFor(columnsAtFirst)
  const range = new TargetRange(input)
  const inputs = new LeafInputs(columns, !rules.river, input)
  const random = input ? loadPythonRandom(input) : createPythonRandom(seedNumber(seed))
  let members = newMembers(input)
  const modelled = rules.leaf !== 'mean'
  const answers = new Float64Array(trees)
  const errors = new Float64Array(trees)
  const weighted = vote === 'weighted'

  function rulesFor(known: number): TreeRules {
    const drawn = drawnColumns(maxColumns, known) ?? known
    const tree = treeRules(NAME, parameters, { columns, maxColumns: drawn, maxBytes: treeBytes })
    // An example weighs lambda on average, which River takes for so many examples.
    const usual = Math.max(1, lambda)
    const { gracePeriod, minSamples, learningRate } = tree
    if (tree.river) return tree
    return {
      ...tree,
      gracePeriod: gracePeriod * usual,
      minSamples: minSamples * usual,
      learningRate: learningRate / usual,
    }
  }

  function newMembers(from?: StateReader): ForestMember[] {
    const all = { tree: rules, driftDelta, warningDelta }
    return Array.from({ length: trees }, () => new ForestMember(all, inputs, random, from))
  }

  /** River takes the number of columns from the first row. */
  function begin(row: Row): void {
    columnsAtFirst = columns.filter(({ kind }, i) => isPresent(row[i], kind === 'nominal' ? 1 : 0)).length
    rules = rulesFor(columnsAtFirst)
    members = newMembers()
  }

  function answer(row: Row): number {
    if (modelled) inputs.read(row)
    for (let i = 0; i < trees; i++) answers[i] = members[i].predict(row)
    if (aggregation === 'median') return medianOf(answers)
    for (let i = 0; i < trees; i++) errors[i] = weighted ? members[i].meanSquare : 0
    return weightedMean(answers, errors, rules.river)
  }

  return {
    name: NAME,
    task: 'regression',
    parameters,
    get updates() {
      return updates
    },
    get warnings() {
      return members.reduce((sum, member) => sum + member.warnings, 0)
    },
    get drifts() {
      return members.reduce((sum, member) => sum + member.drifts, 0)
    },
    predict(row) {
      if (updates === 0) return 0
      return rules.river ? answer(row) : range.clamp(answer(row))
    },
    learn(row, target, weight = 1) {
      if (!Number.isFinite(target) || !(weight > 0)) return
      if (updates === 0 && rules.river) begin(row)
      updates++
      range.count(target)
      if (modelled) {
        inputs.count(row, target, weight)
        inputs.read(row)
      }
      for (const member of members) {
        const error = target - (rules.river ? member.predict(row) : range.clamp(member.predict(row)))
        member.score(error)
        const times = random.poisson(lambda) * weight
        if (times > 0) member.learn(row, target, times, error)
      }
    },
    sizeBytes: () => members.reduce((sum, member) => sum + member.bytes, inputs.bytes + RANDOM_BYTES),
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64(maxBytes)
      out.f64(updates)
      out.u32(columnsAtFirst)
      range.save(out)
      inputs.save(out)
      random.save(out)
      for (const member of members) member.save(out)
    },
  }
}

function invalid(parameter: string, given: string, wanted: string): Error {
  return codedError('INVALID_PARAMETER', `Parameter ${parameter} of ${NAME} is ${given}, wanted ${wanted}.`)
}
