import type { UseCase } from '#use-cases/define.ts'
import { parseLabelRecord } from '#use-cases/label-record.ts'

export type ReadLabel =
  | { ok: true; eventId: string; label: number }
  | { ok: false; code: string; message: string }

/** A label of a use case, checked against its task: a class is 0 or 1. */
export function readLabel(useCase: UseCase, value: Uint8Array): ReadLabel {
  const label = parseLabelRecord(value)
  if (!label.ok || useCase.task !== 'classification' || label.label === 0 || label.label === 1) return label
  return { ok: false, code: 'INVALID_LABEL', message: `Label ${label.label} given, 0 or 1 wanted.` }
}
