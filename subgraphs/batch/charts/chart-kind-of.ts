import type { BatchTask } from '#learn/batch/model/batch-model.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartKind } from './chart-kind.ts'
import { chartKinds } from './chart-kinds.ts'

/**
 * The chart of this kind: its `kind`, or `<library>.<name>` in small letters. Where a task is given, only if it makes sense for it.
 * @throws CodedError `CHART_UNKNOWN`; `CHART_NOT_APPLICABLE` with the kinds of the same subject that the task has.
 */
export function chartKindOf(kind: string, task: BatchTask | null = null): ChartKind {
  const found =
    chartKinds().find(known => known.kind === kind) ??
    chartKinds().find(({ library, name }) => `${library.toLowerCase()}.${name}` === kind)
  if (!found) {
    const wanted = nearest(kind).join(', ')
    throw new CodedError(
      'CHART_UNKNOWN',
      `There is no chart ${JSON.stringify(kind.slice(0, 100))}; wanted a name of chartKinds, such as ${wanted}.`,
    )
  }
  if (task === null || found.tasks.includes(task)) return found
  const fitting = chartKinds(task)
  const same = fitting.filter(({ category }) => category === found.category)
  const wanted = (same.length > 0 ? same : fitting).map(other => other.kind).join(', ')
  throw new CodedError(
    'CHART_NOT_APPLICABLE',
    `${found.kind} is for ${found.tasks.join(' and ')}, given a model of ${task}; wanted one of ${wanted}.`,
  )
}

/** The five kinds that share most pairs of letters with what was given. */
function nearest(given: string): string[] {
  const pairs = pairsOf(given.slice(0, 100))
  return chartKinds()
    .map(({ kind }) => {
      const own = pairsOf(kind)
      const shared = [...own].filter(pair => pairs.has(pair)).length
      return { kind, likeness: (2 * shared) / (own.size + pairs.size) }
    })
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, 5)
    .map(({ kind }) => kind)
}

function pairsOf(text: string): Set<string> {
  const small = text.toLowerCase()
  return new Set(Array.from({ length: Math.max(1, small.length - 1) }, (_, i) => small.slice(i, i + 2)))
}
