import type { Table } from '#learn/batch/table-file.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { RunData } from '../run-data.ts'

/**
 * What charts of features and of model selection take as the target of each row: the label, or the cluster.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function targetOf({ model, run }: RunData, table: Table): Float64Array {
  const name = model.task === 'clustering' ? 'cluster' : 'label'
  const target = table.extra[name]
  if (target && target.some(Number.isFinite)) return target
  throw new CodedError('CHART_DATA_MISSING', `Run ${run} kept no ${name} with its rows, wanted one a row.`)
}

/** What a target is called along an axis or in a legend. */
export const TARGET_TITLE = 'target'
