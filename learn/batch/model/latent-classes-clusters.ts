import type { StateReader } from '../../state/reader.ts'
import { type LatentClassModel, loadLatentClassModel } from '../clustering/latent-class-model.ts'
import type { ClusterScorer } from './cluster-scorer.ts'

/** Clusters by the posterior of a mixture, which is the confidence; a row counts as the first of a group that goes on. */
export function latentClassesClusters(model: LatentClassModel): ClusterScorer {
  const posteriors = new Float64Array(model.k)
  return {
    kind: 'latent-classes',
    clusters: model.k,
    assign(row) {
      const logLikelihood = model.assignRow(row, posteriors)
      let cluster = 0
      for (let k = 1; k < posteriors.length; k++) if (posteriors[k] > posteriors[cluster]) cluster = k
      return { cluster, confidence: posteriors[cluster], raw: -logLikelihood }
    },
    save: out => model.save(out),
  }
}

export function loadLatentClassesClusters(input: StateReader): ClusterScorer {
  return latentClassesClusters(loadLatentClassModel(input))
}
