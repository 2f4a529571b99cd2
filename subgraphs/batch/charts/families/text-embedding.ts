import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { TextEmbeddingData } from '../data/text-data.ts'
import { embed } from '../input/embed.ts'
import { textsOfRun } from '../input/texts-of-run.ts'
import { tfIdf } from '../input/tf-idf.ts'
import { tellingWords } from '../input/words-of.ts'
import { classColor, quantitative } from '../vega/channels.ts'

export const textEmbedding: ChartFamily<TextEmbeddingData> = {
  async compute({ run, options }) {
    const { texts } = textsOfRun(run)
    const seed = options.number('seed')
    const drawn = samplePositions(texts.length, options.number('sample'), seed).flatMap(i => texts[i] ?? [])
    const { data, width, rows } = tfIdf(
      drawn.map(({ text }) => tellingWords(text)),
      options.number('words'),
    )
    const { method, params, points, klDivergence } = await embed(data, width, options)
    return {
      data: {
        __typename: 'TextEmbeddingData',
        method,
        params,
        points: rows.map((row, i) => ({
          x: points[2 * i] ?? 0,
          y: points[2 * i + 1] ?? 0,
          cluster: drawn[row]?.cluster ?? 0,
          text: drawn[row]?.text ?? '',
        })),
        klDivergence,
      },
      sampled: { n: rows.length, of: texts.length, seed },
    }
  },

  vega({ points, method }) {
    const clusters = [...new Set(points.map(({ cluster }) => cluster))].sort((a, b) => a - b).map(String)
    return {
      height: 420,
      width: 480,
      data: { values: points.map(point => ({ ...point, cluster: String(point.cluster) })) },
      mark: { type: 'circle', size: 26, opacity: 0.7, tooltip: { content: 'data' } },
      encoding: {
        x: quantitative('x', `${method} 1`, { scale: { zero: false } }),
        y: quantitative('y', `${method} 2`, { scale: { zero: false } }),
        color: classColor('cluster', 'Cluster', clusters),
      },
    }
  },
}
