import type { BatchAnswer, BatchModel } from '#learn/batch/model/batch-model.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { TrainingManifest } from '../training/training-result.ts'
import type { LoadedModel } from './loaded-model.ts'

/**
 * A model of transactions that can be told by hand: raw is amount / 1000, plus 1 without the card's code; flagged from 2 on. Its
 * columns are amount and cvv_provided.
 */
export function handMadeModel({ id }: Pick<UseCase, 'id'>, run = 'run'): LoadedModel {
  const model: BatchModel = {
    task: 'classification',
    learner: 'logistic-regression',
    columns: [
      { name: 'amount', kind: 'numeric' },
      { name: 'cvv_provided', kind: 'nominal', categories: [false, true] },
    ],
    threshold: 0.5,
    coverage: null,
    clusters: null,
    scorer: null,
    windows: [],
    answerRaw: answerOf,
    encode: ([amount, cvv]) =>
      Float64Array.of(
        typeof amount === 'number' ? amount : Number.NaN,
        cvv === true ? 1 : cvv === false ? 0 : -1,
      ),
    category: (_, code) => (code === -1 ? null : [false, true][code]),
    answer: row => answerOf(rawOf(row)),
    explain: row => Float64Array.of((row[0] as number) / 1000, row[1] === 0 ? 1 : 0, 0),
    save: () => new ArrayBuffer(0),
  }
  const manifest = { v: 1, spec: { useCase: id } } as TrainingManifest
  return { run, useCase: id, manifest, model, sizeBytes: 0 }
}

const rawOf = (row: Float64Array): number => (row[0] as number) / 1000 + (row[1] === 0 ? 1 : 0)

function answerOf(raw: number): BatchAnswer {
  return { score: 1 / (1 + Math.exp(2 - raw)), raw, flagged: raw >= 2, low: null, high: null, cluster: null }
}
