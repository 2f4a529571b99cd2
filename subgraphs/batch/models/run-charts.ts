import { createHash } from 'node:crypto'
import type { ArtifactStore } from '#ports/tracking.ts'
import { useCaseById } from '#use-cases/index.ts'
import { chartCacheKey } from '../charts/chart-cache-key.ts'
import { chartKindOf } from '../charts/chart-kind-of.ts'
import type { ClusterProfile } from '../charts/cluster-profiles.ts'
import type { ChartWorkers, DrawnChart } from '../charts/open-chart-workers.ts'
import { RUN_FILES } from '../training/run-files.ts'
import type { BatchModelRef } from './batch-model-ref.ts'

/** A chart as resolvers receive it. */
export type ChartModel = KeptChart & {
  /** Where it lies among the artifacts of its run. */
  readonly key: string
  /** Whether it had been computed before. */
  readonly cached: boolean
}

/** A chart as it is kept with its run. */
type KeptChart = DrawnChart & {
  /** Id of the run. */
  readonly run: string
  /** Unix milliseconds. */
  readonly computedAt: number
}

export type ChartTheme = 'LIGHT' | 'DARK'

/** Charts of runs: computed in workers once, then kept among the artifacts of the run. */
export interface RunCharts {
  /** @throws CodedError `CHART_UNKNOWN`, `CHART_NOT_APPLICABLE`, `CHART_TIMEOUT`, `BAD_USER_INPUT` and what workers throw. */
  chart(model: BatchModelRef, kind: string, options: unknown, signal?: AbortSignal): Promise<ChartModel>
  svg(chart: ChartModel, theme: ChartTheme, signal?: AbortSignal): Promise<string>
  /** Rows of the training data by cluster. */
  clusters(model: BatchModelRef, signal?: AbortSignal): Promise<readonly number[]>
  /** A feature in each cluster. @throws CodedError `BAD_USER_INPUT`. */
  profiles(model: BatchModelRef, feature: string, top: number): Promise<readonly ClusterProfile[]>
}

export function createRunCharts({
  artifacts,
  workers,
  notice,
}: {
  artifacts: Pick<ArtifactStore, 'read' | 'write'>
  workers: ChartWorkers
  notice: (level: 'warn', message: string) => void
}): RunCharts {
  const underway = new Map<string, Promise<ChartModel>>()

  async function files(run: string): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>()
    for (const path of Object.values(RUN_FILES)) {
      const file = await orNull(artifacts.read(run, path))
      if (file) found.set(path, file)
    }
    return found
  }

  const runOf = ({ id }: BatchModelRef) => ({ run: id, files: () => files(id) })

  async function find(
    model: BatchModelRef,
    kind: string,
    options: unknown,
    key: string,
  ): Promise<ChartModel> {
    const kept = await orNull(artifacts.read(model.id, key))
    const known = kept && readChart(kept, model.id)
    if (known) return { ...known, key, cached: true }
    const drawn = await workers.compute({ ...runOf(model), kind, options })
    const chart: KeptChart = { ...drawn, run: model.id, computedAt: Date.now() }
    await artifacts.write(model.id, key, sealed(chart)).catch((error: Error) => {
      notice('warn', `The chart ${key} of run ${model.id} was not kept: ${error.message}`)
    })
    return { ...chart, key, cached: false }
  }

  return {
    async chart(model, kind, options) {
      chartKindOf(kind, useCaseById(model.useCase).task)
      const key = chartCacheKey(kind, options)
      const name = `${model.id}/${key}`
      const known = underway.get(name)
      if (known) return known
      const finding = find(model, kind, options, key).finally(() => underway.delete(name))
      underway.set(name, finding)
      return finding
    },
    svg: ({ vegaLite }, theme, signal) => workers.svg({ spec: vegaLite, theme, signal }),
    clusters: (model, signal) => workers.clusterCounts({ ...runOf(model), signal }),
    profiles: (model, feature, top) => workers.clusterProfiles({ ...runOf(model), feature, top }),
  }
}

function sealed(chart: KeptChart): Uint8Array {
  const text = JSON.stringify(chart)
  return Buffer.from(`${hashOf(text)}\n${text}`)
}

/** Null for a file that is not as it was written, such as one cut short by a crash: the chart is made again. */
function readChart(file: Uint8Array, run: string): KeptChart | null {
  const [hash, ...rest] = Buffer.from(file).toString('utf8').split('\n')
  const text = rest.join('\n')
  if (hash !== hashOf(text)) return null
  const chart = JSON.parse(text) as KeptChart
  return chart.run === run ? chart : null
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if ((error as { code?: string }).code === 'NOT_FOUND') return null
    throw error
  }
}
