import type { Table } from '#learn/batch/table-file.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartInput } from '../chart-family.ts'

/**
 * The part of a run's rows that the option `split` names; the clustering's rows, which were not split, whatever it says.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function partOfRun({ run, options }: ChartInput): Table {
  const split = options.text('split')
  const part = split === 'TRAIN' ? run.train : split === 'VALIDATION' ? run.validation : run.test
  if (part && part.rows > 0) return part
  throw new CodedError(
    'CHART_DATA_MISSING',
    `Run ${run.run} kept no rows of its ${split.toLowerCase()} part, wanted at least one.`,
  )
}
