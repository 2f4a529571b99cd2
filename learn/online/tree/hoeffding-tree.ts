import type { StateReader } from '../../state/reader.ts'
import { checkClass } from '../check-class.ts'
import { checkedWeight } from '../checked-weight.ts'
import { probabilityOfOne } from '../probability-of-one.ts'
import type { BinaryClassifier, Classifier, Column } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, type ParameterValues, readParameters, saveParameters } from '../parameters.ts'
import { cleanRow } from './clean-row.ts'
import { learnRow } from './learn-row.ts'
import { predictRow } from './predict-row.ts'
import { loadTree, saveTree, treeBytes } from './save-tree.ts'
import { createTree, type Tree, treeColumns } from './tree.ts'
import { treeParameters, treeSettings } from './tree-parameters.ts'

const NAME = 'hoeffding-tree'
const PARAMETERS = treeParameters()
const DEFAULT_BYTES = 67_108_864

/** What the catalogue tells. */
export const hoeffdingTreeInfo: LearnerInfo = {
  title: 'Hoeffding tree',
  task: 'classification',
  description:
    'A decision tree that splits once the Hoeffding bound says that infinitely many examples would choose the same column (Domingos and Hulten 2000), with naive Bayes at its leaves (Gama et al. 2003).',
  missing: 'Follows the heavier child, and says nothing at a leaf.',
  additive: false,
}

/**
 * A Hoeffding tree for any number of classes. Mode `river` equals River 0.26.1 event for event; `ours` keeps leaves
 * of almost one class observing, lets not splitting win, smooths class shares and unseen categories, and learns splits
 * from rows with missing values too.
 */
export function createHoeffdingTree({
  columns,
  params,
  maxBytes = DEFAULT_BYTES,
}: LearnerOptions): BinaryClassifier & Classifier {
  const parameters = readParameters(NAME, PARAMETERS, params)
  const settings = treeSettings(NAME, parameters, maxBytes / 2)
  return fromTree(parameters, maxBytes, createTree(treeColumns(columns), settings), 0)
}

/** Reads what follows the name in a saved learner. */
export function loadHoeffdingTree(
  input: StateReader,
  columns: readonly Column[],
): BinaryClassifier & Classifier {
  const parameters = loadParameters(input, NAME, PARAMETERS)
  const maxBytes = input.f64()
  const updates = input.f64()
  const settings = treeSettings(NAME, parameters, maxBytes / 2)
  return fromTree(parameters, maxBytes, loadTree(input, treeColumns(columns), settings), updates)
}

function fromTree(
  parameters: ParameterValues<typeof PARAMETERS>,
  maxBytes: number,
  tree: Tree,
  learned: number,
): BinaryClassifier & Classifier {
  const clean = new Float64Array(tree.columns)
  let updates = learned

  function learnClass(row: Float64Array, label: number, weight = 1): void {
    checkClass(label)
    const positive = checkedWeight(weight) > 0
    updates++
    if (positive) learnRow(tree, cleanRow(row, tree.nominal, clean), label, weight)
  }

  return {
    name: NAME,
    task: 'classification',
    parameters,
    get updates() {
      return updates
    },
    predict(row) {
      predictRow(tree, cleanRow(row, tree.nominal, clean))
      return probabilityOfOne(tree.votes)
    },
    learn: learnClass,
    predictClasses(row, out) {
      predictRow(tree, cleanRow(row, tree.nominal, clean))
      out.fill(0)
      for (let c = 0; c < tree.votes.length && c < out.length; c++) out[c] = tree.votes[c]
    },
    learnClass,
    sizeBytes: () => treeBytes(tree) + clean.byteLength,
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64(maxBytes)
      out.f64(updates)
      saveTree(tree, out)
    },
  }
}
