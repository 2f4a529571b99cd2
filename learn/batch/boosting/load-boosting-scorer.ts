import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { BatchColumn } from '../dataset.ts'
import { loadTrees } from '../trees/load-trees.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import type { BoostingScorer } from './boosting-options.ts'
import { VERSION, createBoostingScorer } from './boosting-scorer.ts'
import { type FeatureKind, type PlannedFeature, categoriesOf } from './feature-plan.ts'
import { thresholdsOf } from './slot-scorer.ts'

/** Reads what a boosting scorer's `save` wrote. Throws MODEL_CORRUPT, saying what does not fit. */
export function loadBoostingScorer(input: StateReader): BoostingScorer {
  let columns: readonly BatchColumn[]
  let features: PlannedFeature[]
  try {
    const version = input.u8()
    if (version !== VERSION) throw new Error(`its layout is ${version}, wanted ${VERSION}.`)
    columns = readColumns(input.str())
    const count = input.u32()
    features = []
    while (features.length < count) features.push(readFeature(input, columns))
  } catch (error) {
    throw corrupt((error as Error).message)
  }
  const trees = loadTrees(input)
  const problem = misfit(features, trees)
  if (problem) throw corrupt(problem)
  return createBoostingScorer({ columns, features, trees })
}

function readColumns(text: string): readonly BatchColumn[] {
  const columns: unknown = JSON.parse(text)
  if (!Array.isArray(columns) || !columns.every(isColumn)) throw new Error('its columns are no columns.')
  return columns
}

function isColumn(value: unknown): value is BatchColumn {
  if (typeof value !== 'object' || value === null) return false
  const { name, kind, categories } = value as Partial<Record<string, unknown>>
  if (typeof name !== 'string') return false
  if (kind === 'numeric') return true
  const isCategory = (category: unknown) => ['string', 'number', 'boolean'].includes(typeof category)
  return kind === 'nominal' && Array.isArray(categories) && categories.every(isCategory)
}

function readFeature(input: StateReader, columns: readonly BatchColumn[]): PlannedFeature {
  const column = input.u32()
  const kind = input.str() as FeatureKind
  const categories = input.u32()
  const table = input.f64s()
  const source = columns[column]
  if (!source) throw new Error(`a feature shows column ${column} of ${columns.length}.`)
  const isNominal = source.kind === 'nominal'
  const wanted = kind === 'target' ? categories + 2 : 0
  if (
    !['value', 'set', 'target'].includes(kind) ||
    isNominal !== (kind !== 'value') ||
    categories !== categoriesOf(source) ||
    (kind === 'set' && categories > 254) ||
    table.length !== wanted ||
    !table.every(Number.isFinite)
  ) {
    throw new Error(`a feature of column ${source.name} does not fit it.`)
  }
  return { column, kind, categories, table }
}

/** What of the trees cannot come from these features. */
function misfit(features: readonly PlannedFeature[], trees: TreeEnsemble): string | null {
  if (trees.features !== features.length)
    return `its trees look at ${trees.features} features of ${features.length}.`
  const { feature, left, right, setStart, setWords } = trees
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) continue
    const isSet = setStart[node] >= 0
    if (isSet !== (features[feature[node]].kind === 'set') || (isSet && setWords[node] > 8)) {
      return `node ${node} splits feature ${feature[node]} in a way that it does not allow.`
    }
    if (right[node] !== left[node] + 1) return `the children of node ${node} don't lie side by side.`
  }
  const crowded = thresholdsOf(trees).findIndex(({ length }) => length > 254)
  return crowded < 0 ? null : `feature ${crowded} has more than 254 thresholds.`
}

function corrupt(detail: string): Error {
  return codedError('MODEL_CORRUPT', `The boosting model is corrupt: ${detail}`)
}
