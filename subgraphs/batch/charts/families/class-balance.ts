import type { Table } from '#learn/batch/table-file.ts'
import type { ChartFamily } from '../chart-family.ts'
import { clusterCounts } from '../cluster-counts.ts'
import type { ClassBalanceData } from '../data/target-data.ts'
import { CLASS_LABELS } from '../input/scored-rows.ts'
import { classColor, named, quantitative } from '../vega/channels.ts'

export const classBalance: ChartFamily<ClassBalanceData> = {
  compute({ run }) {
    const { model, train, validation, test } = run
    const parts = [train, validation, test].filter(part => part !== null)
    const sampled = {
      n: parts.reduce((sum, { rows }) => sum + rows, 0),
      of: parts.reduce((sum, { of }) => sum + of, 0),
      seed: train.seed,
    }
    if (model.task === 'clustering') {
      const counts = clusterCounts(run)
      const labels = counts.map((_, id) => String(id))
      return {
        data: { __typename: 'ClassBalanceData', labels, train: counts, validation: null, test: null },
        sampled,
      }
    }
    return {
      data: {
        __typename: 'ClassBalanceData',
        labels: CLASS_LABELS,
        train: countsOf(train),
        validation: validation && countsOf(validation),
        test: test && countsOf(test),
      },
      sampled,
    }
  },

  vega({ labels, train, validation, test }) {
    const parts = { training: train, validation, test }
    const names = Object.entries(parts).flatMap(([part, counts]) => (counts ? [part] : []))
    return {
      width: { step: Math.max(16, 90 / names.length) },
      data: {
        values: Object.entries(parts).flatMap(([part, counts]) =>
          (counts ?? []).map((rows, i) => ({ part, label: labels[i], rows })),
        ),
      },
      mark: { type: 'bar', tooltip: true },
      encoding: {
        x: named('label', 'class', { axis: { labelAngle: 0 } }),
        xOffset: { field: 'part', type: 'nominal', sort: names },
        // Rare classes would vanish on a plain scale.
        y: quantitative('rows', 'rows (square root scale)', { scale: { type: 'sqrt' } }),
        color: classColor('part', 'Part', names),
      },
    }
  },
}

function countsOf({ extra }: Table): number[] {
  const labels = extra['label'] ?? new Float64Array(0)
  return CLASS_LABELS.map((_, value) => labels.filter(label => label === value).length)
}
