import type { StateReader } from '../../state/reader.ts'
import { checkClass } from '../check-class.ts'
import { checkedWeight } from '../checked-weight.ts'
import type { BinaryClassifier, Classifier, Column } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, type ParameterValues, readParameters, saveParameters } from '../parameters.ts'
import { probabilityOfOne } from '../probability-of-one.ts'
import { cleanRow } from '../tree/clean-row.ts'
import { treeColumns } from '../tree/tree.ts'
import { createForest, type Forest, loadForest } from './forest.ts'
import { FOREST_NAME, FOREST_PARAMETERS, forestSettings } from './forest-settings.ts'

const DEFAULT_BYTES = 67_108_864

/** A classifier that also tells how often its trees were warned and replaced. */
export interface ForestClassifier extends BinaryClassifier, Classifier {
  readonly task: 'classification'
  readonly warnings: number
  readonly drifts: number
}

/** What the catalogue tells. */
export const adaptiveRandomForestInfo: LearnerInfo = {
  title: 'Adaptive random forest',
  task: 'classification',
  description:
    'Hoeffding trees on random columns and Poisson-weighted examples, each replaced when its error drifts (Gomes et al. 2017); rare classes may be balanced by under-sampling with corrected probabilities.',
  missing: 'Follows the heavier child, and says nothing at a leaf.',
  additive: false,
}

/**
 * An adaptive random forest for any number of classes. Mode `river` equals River 0.26.1 event for event, with
 * `underSample: 'river'` its RandomUnderSampler around the forest, both seeded alike; sample weights are ignored there.
 * Mode `ours` draws more quickly, repairs the trees and counts sample weights.
 */
export function createAdaptiveRandomForest({
  columns,
  params,
  seed = 1,
  maxBytes = DEFAULT_BYTES,
}: LearnerOptions): ForestClassifier {
  const parameters = readParameters(FOREST_NAME, FOREST_PARAMETERS, params)
  const shared = treeColumns(columns)
  const forest = createForest(shared, forestSettings(parameters, maxBytes), seed)
  return fromForest(parameters, maxBytes, shared.nominal, forest, 0)
}

/** Reads what follows the name in a saved learner. */
export function loadAdaptiveRandomForest(input: StateReader, columns: readonly Column[]): ForestClassifier {
  const parameters = loadParameters(input, FOREST_NAME, FOREST_PARAMETERS)
  const maxBytes = input.f64()
  const updates = input.f64()
  const shared = treeColumns(columns)
  const forest = loadForest(input, shared, forestSettings(parameters, maxBytes))
  return fromForest(parameters, maxBytes, shared.nominal, forest, updates)
}

function fromForest(
  parameters: ParameterValues<typeof FOREST_PARAMETERS>,
  maxBytes: number,
  nominal: Uint8Array,
  forest: Forest,
  learned: number,
): ForestClassifier {
  const clean = new Float64Array(nominal.length)
  let updates = learned

  function learnClass(row: Float64Array, label: number, weight = 1): void {
    checkClass(label)
    const positive = checkedWeight(weight) > 0
    updates++
    if (positive) forest.learn(cleanRow(row, nominal, clean), label, weight)
  }

  return {
    name: FOREST_NAME,
    task: 'classification',
    parameters,
    get updates() {
      return updates
    },
    get warnings() {
      return forest.warnings
    },
    get drifts() {
      return forest.drifts
    },
    predict: row => probabilityOfOne(forest.predict(cleanRow(row, nominal, clean))),
    learn: learnClass,
    predictClasses(row, out) {
      const votes = forest.predict(cleanRow(row, nominal, clean))
      out.fill(0)
      for (let c = 0; c < votes.length && c < out.length; c++) out[c] = votes[c]
    },
    learnClass,
    sizeBytes: () => forest.sizeBytes() + clean.byteLength,
    save(out) {
      out.str(FOREST_NAME)
      saveParameters(out, FOREST_PARAMETERS, parameters)
      out.f64(maxBytes)
      out.f64(updates)
      forest.save(out)
    },
  }
}
