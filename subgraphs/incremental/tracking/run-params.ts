import { createHash } from 'node:crypto'
import type { UseCase } from '#use-cases/define.ts'
import type { SessionRecord } from '../session/session-record.ts'

/** What a session was begun with: the params of its run, which never change. Lists are JSON. */
export function runParams({
  record,
  useCase,
  codeVersion,
}: {
  record: SessionRecord
  useCase: UseCase
  codeVersion: string
}): Record<string, string> {
  return {
    learner: record.learner,
    ...flatten('learner', record.parameters),
    seed: record.seed,
    origin: record.origin ?? 'none',
    'start.events': JSON.stringify(record.source),
    'start.labels': JSON.stringify(record.labels),
    features: featureHash(useCase),
    version: codeVersion,
  }
}

/**
 * Names the features: SHA-256, hexadecimal, first 16 digits, of what they are called and of the text of their functions.
 * Two sessions with the same hash saw the same columns; a mere change of layout in the source also changes it.
 */
function featureHash({ features }: UseCase): string {
  const parts = features.map(({ name, kind, scope, of }) => [name, kind, scope, String(of)])
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

/** `{ a: { b: 1 } }` under `p` becomes `{ 'p.a.b': '1' }`. */
function flatten(prefix: string, values: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(values).flatMap(([name, value]) => {
    const path = `${prefix}.${name}`
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (isNested) return Object.entries(flatten(path, value as Record<string, unknown>))
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)] as const]
  })
  return Object.fromEntries(entries)
}
