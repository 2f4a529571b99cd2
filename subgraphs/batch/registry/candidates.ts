import { primaryMetric } from '#learn/metrics/batch-catalogue.ts'
import { VALIDATION_PREFIX } from '#learn/metrics/metric-info-of.ts'
import { bestRun } from '#ports/best-run.ts'
import type { Run, Tracking } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { experimentNameOf } from '#subgraphs/experiment-name.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import type { UseCase } from '#use-cases/define.ts'
import { describeMetric } from './describe-metric.ts'

/** Trained models: finished runs of batch jobs, which leave none without a model file. */
export interface Candidates {
  /** Newest first, also those that cannot be served. */
  list(useCase: UseCase, limit: number): Promise<readonly Run[]>
  /**
   * The best of those that can be served, by one metric in its direction, the newest among equals; null before any.
   * @throws CodedError `BAD_USER_INPUT` for a metric that does not say which of two models is better.
   */
  best(useCase: UseCase, metric?: string): Promise<Run | null>
}

export function createCandidates(tracking: Tracking): Candidates {
  async function experimentOf(useCase: UseCase): Promise<string | null> {
    const name = experimentNameOf(useCase)
    return (await tracking.experiments()).find(experiment => experiment.name === name)?.id ?? null
  }

  const tagsOf = ({ id }: UseCase) => ({ [RUN_TAGS.kind]: 'batch', [RUN_TAGS.useCase]: id })

  return {
    async list(useCase, limit) {
      const experiment = await experimentOf(useCase)
      if (experiment === null) return []
      const search = {
        experimentIds: [experiment],
        status: ['FINISHED'] as const,
        tags: tagsOf(useCase),
        limit,
      }
      return (await tracking.searchRuns(search)).runs
    },
    async best(useCase, metric = comparedBy(useCase)) {
      const { direction } = describeMetric(metric)
      if (direction === 'NONE') {
        const given = `metric: "${metric.slice(0, 80)}" given`
        throw new CodedError('BAD_USER_INPUT', `${given}, one of which it is known what is better wanted.`)
      }
      const experimentId = await experimentOf(useCase)
      if (experimentId === null) return null
      const tags = { ...tagsOf(useCase), [RUN_TAGS.servable]: 'true' }
      return bestRun(tracking, { experimentId, metric, direction, tags })
    },
  }
}

/** A choice between models by their test part would make that part one of training; a clustering has only its rows. */
function comparedBy({ task }: UseCase): string {
  const { name } = primaryMetric(task)
  return task === 'clustering' ? name : VALIDATION_PREFIX + name
}
