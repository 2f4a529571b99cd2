import type { UseCase } from './define.ts'
import { type ParsedLabel, parseLabelRecord } from './label-record.ts'

export type ReadLabel = Extract<ParsedLabel, { ok: true }> | { ok: false; code: string; message: string }

/** A label of a use case, checked against its task: a class is 0 or 1. Never throws. */
export function readLabel(useCase: Pick<UseCase, 'task'>, value: Uint8Array): ReadLabel {
  const label = parseLabelRecord(value)
  if (!label.ok || useCase.task !== 'classification' || label.label === 0 || label.label === 1) return label
  return { ok: false, code: 'INVALID_LABEL', message: `Label ${label.label} given, 0 or 1 wanted.` }
}
