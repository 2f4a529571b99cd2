import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { BatchColumn } from '../dataset.ts'
import { type Design, loadDesign } from '../encoder/design.ts'
import type { ClusterScorer } from './cluster-scorer.ts'

/** Clusters by their nearest centre. Confidence is the second smallest distance by the sum of both: 1 at the centre, .5 half way. */
export function kMeansClusters(design: Design, centers: Float64Array): ClusterScorer {
  const { width } = design
  const clusters = centers.length / width
  if (!Number.isInteger(clusters) || clusters < 1 || !centers.every(Number.isFinite)) {
    throw codedError(
      'MODEL_CORRUPT',
      `Centres of ${centers.length} numbers given, finite ones of width ${width} wanted.`,
    )
  }
  const point = new Float64Array(width)
  return {
    kind: 'k-means',
    clusters,
    assign(row) {
      design.write(row, point)
      let cluster = 0
      let nearest = Infinity
      let second = Infinity
      for (let k = 0, at = 0; k < clusters; k++) {
        let distance = 0
        for (let i = 0; i < width; i++, at++) distance += (point[i] - centers[at]) ** 2
        if (distance < nearest) {
          second = nearest
          nearest = distance
          cluster = k
        } else if (distance < second) second = distance
      }
      const raw = Math.sqrt(nearest)
      const other = Math.sqrt(second)
      return { cluster, raw, confidence: other === Infinity || other + raw === 0 ? 1 : other / (raw + other) }
    },
    save(out) {
      design.save(out)
      out.f64s(centers)
    },
  }
}

export function loadKMeansClusters(input: StateReader, columns: readonly BatchColumn[]): ClusterScorer {
  return kMeansClusters(loadDesign(input, columns), input.f64s())
}
