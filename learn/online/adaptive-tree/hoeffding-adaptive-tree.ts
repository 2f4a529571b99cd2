import type { StateReader } from '../../state/reader.ts'
import { checkClass } from '../check-class.ts'
import { checkedWeight } from '../checked-weight.ts'
import {
  createQuickRandom,
  createRiverRandom,
  type ForestRandom,
  loadQuickRandom,
  loadRiverRandom,
} from '../forest/forest-random.ts'
import type { BinaryClassifier, Classifier, Column } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, type ParameterValues, readParameters, saveParameters } from '../parameters.ts'
import { probabilityOfOne } from '../probability-of-one.ts'
import { seedNumber } from '../seed-number.ts'
import { cleanRow } from '../tree/clean-row.ts'
import { WATCH_BYTES } from '../tree/limit-size.ts'
import { loadTree, saveTree, treeBytes } from '../tree/save-tree.ts'
import { createTree, type Tree, treeColumns } from '../tree/tree.ts'
import { treeParameters, treeSettings } from '../tree/tree-parameters.ts'
import { type TreeSummary, treeSummary } from '../tree/tree-summary.ts'
import type { AdaptiveSettings, AdaptiveTree } from './adaptive-tree.ts'
import { learnAdaptive } from './learn-adaptive.ts'
import { predictAdaptive } from './predict-adaptive.ts'
import { createTreeWatch, loadTreeWatch, saveTreeWatch } from './tree-watch.ts'

const NAME = 'hoeffding-adaptive-tree'
// Leaves choose between naive Bayes and the majority in River's adaptive tree, which then drops no column.
const { removePoorColumns: _, ...TREE_PARAMETERS } = treeParameters()
const PARAMETERS = {
  ...TREE_PARAMETERS,
  // River's default is 1: noise that a single tree gains nothing from.
  bootstrap: { default: 0, min: 0, max: 1, integer: true },
  driftWindow: { default: 300, min: 1 },
  driftDelta: { default: 0.002, min: 1e-12, max: 1 },
  switchSignificance: { default: 0.05, min: 1e-12, max: 1 },
}
const DEFAULT_BYTES = 67_108_864

/** What the catalogue tells. */
export const hoeffdingAdaptiveTreeInfo: LearnerInfo = {
  title: 'Hoeffding adaptive tree',
  task: 'classification',
  description:
    'A Hoeffding tree that watches the error of each of its subtrees: where it rises, a new subtree grows beside and takes over once it errs less (Bifet and Gavaldà 2009).',
  missing: 'Follows the heavier child, and says nothing at a leaf.',
  additive: false,
}

/** A classifier that also tells its shape and how often it changed it. */
export interface AdaptiveTreeClassifier extends BinaryClassifier, Classifier {
  readonly task: 'classification'
  /** Alternates begun, put in place, and dropped. */
  readonly opened: number
  readonly switched: number
  readonly pruned: number
  /** Without alternates. */
  shape(): Pick<TreeSummary, 'nodes' | 'branches' | 'leaves' | 'height'>
}

/**
 * A Hoeffding adaptive tree for any number of classes. Mode `river` equals River 0.26.1 event for event: there an
 * alternate never becomes more than a leaf, since what it is split into takes over at once. In `ours` alternates grow
 * into trees and are compared as such, do not speak before they take over, and count sample weights as they are.
 */
export function createHoeffdingAdaptiveTree({
  columns,
  params,
  seed = 1,
  maxBytes = DEFAULT_BYTES,
}: LearnerOptions): AdaptiveTreeClassifier {
  const parameters = readParameters(NAME, PARAMETERS, params)
  const tree = createTree(treeColumns(columns), settingsOf(parameters, maxBytes))
  const river = !tree.settings.repaired
  const random = river ? createRiverRandom(seedNumber(seed), 1) : createQuickRandom(seed, 1)
  return fromTree(parameters, maxBytes, adaptiveOf(parameters, tree, random), 0)
}

/** Reads what follows the name in a saved learner. */
export function loadHoeffdingAdaptiveTree(
  input: StateReader,
  columns: readonly Column[],
): AdaptiveTreeClassifier {
  const parameters = loadParameters(input, NAME, PARAMETERS)
  const maxBytes = input.f64()
  const updates = input.f64()
  const tree = loadTree(input, treeColumns(columns), settingsOf(parameters, maxBytes))
  const random = tree.settings.repaired ? loadQuickRandom(input, 1) : loadRiverRandom(input, 1)
  const adaptive = adaptiveOf(parameters, tree, random)
  adaptive.opened = input.f64()
  adaptive.switched = input.f64()
  adaptive.pruned = input.f64()
  adaptive.watch = loadTreeWatch(input, parameters.driftDelta, tree.nodes.count)
  tree.alternates = adaptive.watch.alternates
  return fromTree(parameters, maxBytes, adaptive, updates)
}

type Parameters = ParameterValues<typeof PARAMETERS>

function settingsOf(parameters: Parameters, maxBytes: number) {
  return treeSettings(NAME, { ...parameters, removePoorColumns: 0 }, maxBytes / 2)
}

function adaptiveOf(parameters: Parameters, tree: Tree, random: ForestRandom): AdaptiveTree {
  const watch = createTreeWatch(parameters.driftDelta)
  tree.alternates = watch.alternates
  const settings: AdaptiveSettings = {
    bootstrap: parameters.bootstrap === 1,
    driftWindow: parameters.driftWindow,
    switchSignificance: parameters.switchSignificance,
  }
  return { tree, watch, settings, random, opened: 0, switched: 0, pruned: 0, detached: [] }
}

function fromTree(
  parameters: Parameters,
  maxBytes: number,
  adaptive: AdaptiveTree,
  learned: number,
): AdaptiveTreeClassifier {
  const { tree } = adaptive
  const clean = new Float64Array(tree.columns)
  let updates = learned

  function learnClass(row: Float64Array, label: number, weight = 1): void {
    checkClass(label)
    const positive = checkedWeight(weight) > 0
    updates++
    if (positive) learnAdaptive(adaptive, cleanRow(row, tree.nominal, clean), label, weight)
  }

  return {
    name: NAME,
    task: 'classification',
    parameters,
    get updates() {
      return updates
    },
    get opened() {
      return adaptive.opened
    },
    get switched() {
      return adaptive.switched
    },
    get pruned() {
      return adaptive.pruned
    },
    shape: () => treeSummary(tree),
    predict(row) {
      predictAdaptive(adaptive, cleanRow(row, tree.nominal, clean))
      return probabilityOfOne(tree.votes)
    },
    learn: learnClass,
    predictClasses(row, out) {
      predictAdaptive(adaptive, cleanRow(row, tree.nominal, clean))
      out.fill(0)
      for (let c = 0; c < tree.votes.length && c < out.length; c++) out[c] = tree.votes[c]
    },
    learnClass,
    sizeBytes: () => treeBytes(tree) + tree.nodes.count * WATCH_BYTES + clean.byteLength,
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64(maxBytes)
      out.f64(updates)
      saveTree(tree, out)
      adaptive.random.save(out)
      out.f64(adaptive.opened)
      out.f64(adaptive.switched)
      out.f64(adaptive.pruned)
      saveTreeWatch(adaptive.watch, out)
    },
  }
}
