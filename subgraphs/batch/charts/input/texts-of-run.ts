import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartSampled } from '../chart-family.ts'
import type { RunData } from '../run-data.ts'

/**
 * Texts of a clustering's rows with their clusters.
 * @throws CodedError `CHART_DATA_MISSING` if none were kept.
 */
export function textsOfRun({ run, texts, manifest }: RunData): {
  texts: RunData['texts']
  sampled: ChartSampled
} {
  if (texts.length > 0)
    return { texts, sampled: { n: texts.length, of: texts.length, seed: manifest.spec.seed } }
  throw new CodedError('CHART_DATA_MISSING', `Run ${run} kept no texts, wanted at least one.`)
}
