import { CodedError } from '#subgraphs/coded-error.ts'
import type { AnswerModel } from './answer-model.ts'

/** Additive contributions to a raw score, the largest first. */
export interface ExplanationModel {
  readonly base: number
  readonly raw: number
  readonly contributions: readonly ContributionModel[]
  /** Sum of those left out. */
  readonly others: number
  readonly answer: AnswerModel
}

export interface ContributionModel {
  readonly feature: string
  /** Null where it is missing, or was unknown when the model was trained. */
  readonly value: string | number | boolean | null
  readonly contribution: number
}

const MOST = 100

/**
 * Which columns moved the raw score. Null for models that have none, which are clusterings.
 * @throws CodedError `BAD_USER_INPUT`.
 */
export function explain(answer: AnswerModel, top: number): ExplanationModel | null {
  if (!Number.isInteger(top) || top < 1 || top > MOST)
    throw new CodedError('BAD_USER_INPUT', `top: ${top} given, a whole number from 1 to ${MOST} wanted.`)
  const { model } = answer.loaded
  const values = contributionsOf(answer)
  if (!values) return null
  const base = values[model.columns.length] as number
  const order = Array.from({ length: model.columns.length }, (_, i) => i).sort(
    (a, b) => Math.abs(values[b] as number) - Math.abs(values[a] as number) || a - b,
  )
  const sum = (columns: readonly number[]) => columns.reduce((total, i) => total + (values[i] as number), 0)
  return {
    base,
    raw: base + sum(order),
    contributions: order.slice(0, top).map(column => ({
      feature: model.columns[column]?.name ?? '',
      value: valueOf(answer, column),
      contribution: values[column] as number,
    })),
    others: sum(order.slice(top)),
    answer,
  }
}

/** Aliases and several fields of a request ask for the same; they cost a millisecond each. */
const known = new WeakMap<AnswerModel, Float64Array | null>()

function contributionsOf(answer: AnswerModel): Float64Array | null {
  const found = known.get(answer)
  if (found !== undefined) return found
  const values = answer.loaded.model.explain(answer.row)
  known.set(answer, values)
  return values
}

function valueOf({ loaded: { model }, row }: AnswerModel, column: number): string | number | boolean | null {
  const value = row[column] as number
  if (model.columns[column]?.kind === 'numeric') return Number.isFinite(value) ? value : null
  return model.category(column, value) ?? null
}
