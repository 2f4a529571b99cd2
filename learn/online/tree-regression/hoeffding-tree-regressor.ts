import type { StateReader } from '../../state/reader.ts'
import type { Column, Regressor } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from '../parameters.ts'
import { LeafInputs } from './leaf-inputs.ts'
import { RegressionTree, type TreeSummary } from './regression-tree.ts'
import { TargetRange } from './target-range.ts'
import { TREE_PARAMETERS, treeRules } from './tree-parameters.ts'

const NAME = 'hoeffding-tree-regressor'
const PARAMETERS = {
  ...TREE_PARAMETERS,
  gracePeriod: { ...TREE_PARAMETERS.gracePeriod, default: 200 },
  delta: { ...TREE_PARAMETERS.delta, default: 1e-7 },
}
const DEFAULT_BYTES = 2 ** 26

/** What the catalogue tells. */
export const hoeffdingTreeRegressorInfo: LearnerInfo = {
  title: 'Hoeffding tree regressor',
  task: 'regression',
  description:
    'A decision tree that splits a leaf once enough examples prove which split lowers the variance most (Domingos and Hulten 2000; Ikonomovska et al. 2011); leaves answer with the mean or with a linear model.',
  missing: 'Follows the heavier branch; not counted for splits on that column.',
  additive: false,
}

export interface TreeRegressor extends Regressor {
  readonly summary: TreeSummary
}

/**
 * A Hoeffding tree for regression. `mode`: `river` repeats River 0.26.1 event for event, with its defects (unscaled leaf
 * models that may diverge, answers without bounds); `ours` standardises what leaf models see, keeps answers within the
 * targets seen and bounds candidates per leaf. Both keep to `maxBytes`. Throws INVALID_PARAMETER.
 */
export function createHoeffdingTreeRegressor(options: LearnerOptions): TreeRegressor {
  const parameters = readParameters(NAME, PARAMETERS, options.params)
  return fromState(options.columns, parameters, options.maxBytes ?? DEFAULT_BYTES)
}

/** Reads what follows the name in a saved learner. */
export function loadHoeffdingTreeRegressor(input: StateReader, columns: readonly Column[]): TreeRegressor {
  const parameters = loadParameters(input, NAME, PARAMETERS)
  return fromState(columns, parameters, input.f64(), input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  maxBytes: number,
  input?: StateReader,
): TreeRegressor {
  const rules = treeRules(NAME, parameters, { columns, maxColumns: columns.length, maxBytes })
  let updates = input ? input.f64() : 0
  const range = new TargetRange(input)
  const inputs = new LeafInputs(columns, !rules.river, input)
  const tree = new RegressionTree(rules, inputs, null, input)
  const modelled = rules.leaf !== 'mean'

  return {
    name: NAME,
    task: 'regression',
    parameters,
    get updates() {
      return updates
    },
    get summary() {
      return tree.summary
    },
    predict(row) {
      if (modelled) inputs.read(row)
      const answer = tree.predict(row)
      return rules.river ? answer : range.clamp(answer)
    },
    learn(row, target, weight = 1) {
      if (!Number.isFinite(target) || !(weight > 0)) return
      updates++
      range.count(target)
      if (modelled) {
        inputs.count(row, target, weight)
        inputs.read(row)
      }
      tree.learn(row, target, weight)
    },
    sizeBytes: () => tree.bytes + inputs.bytes,
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64(maxBytes)
      out.f64(updates)
      range.save(out)
      inputs.save(out)
      tree.save(out)
    },
  }
}
