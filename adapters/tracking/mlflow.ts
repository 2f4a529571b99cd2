import type { Tracking } from '#ports/tracking.ts'
import { createArtifacts } from './mlflow/artifacts.ts'
import { checkVersion } from './mlflow/check-version.ts'
import { parseEndpoint } from './mlflow/endpoint.ts'
import { createExperiments } from './mlflow/experiments.ts'
import { createHttp } from './mlflow/http.ts'
import { createMetricHistory } from './mlflow/metric-history.ts'
import { createModels } from './mlflow/models.ts'
import { createFetchRun, createRuns } from './mlflow/runs.ts'
import { createRunSearch } from './mlflow/search-runs.ts'

export interface MlflowOptions {
  /** http://host:port or https://…; an authority of one's own comes by NODE_EXTRA_CA_CERTS. */
  uri: string
  username?: string
  password?: string
  /** Sent as bearer, before user name and password. */
  token?: string
  /** How long a server that does not answer is tried again, call by call; default 15 s. */
  retryForMs?: number
  /** Longest silence within one answer; default 30 s. */
  timeoutMs?: number
  onNotice?: (level: 'warn' | 'info', message: string) => void
}

/**
 * Tracking on an MLflow server, over its REST API 2.0. What may be repeated is, until `retryForMs` is over; runs and model
 * versions carry a tag by which one whose answer was lost is found again instead of being made twice.
 *
 * Throws `ENGINE_UNREACHABLE`, `ENGINE_ACCESS_DENIED` and `ENGINE_UNSUPPORTED` (no MLflow, or another version), here and from
 * every call.
 */
export const openMlflowTracking = async ({
  retryForMs = 15_000,
  timeoutMs = 30_000,
  onNotice,
  ...options
}: MlflowOptions): Promise<Tracking> => {
  const endpoint = parseEndpoint(options)
  const http = createHttp({ endpoint, retryForMs, timeoutMs, ...(onNotice && { onNotice }) })
  try {
    await checkVersion(http, endpoint)
  } catch (error) {
    await http[Symbol.asyncDispose]()
    throw error
  }
  const fetchRun = createFetchRun(http)
  return {
    ...createExperiments(http),
    ...createRuns(http, fetchRun),
    ...createRunSearch(http),
    ...createMetricHistory(http, fetchRun),
    artifacts: createArtifacts(http, endpoint, fetchRun),
    models: createModels(http, fetchRun),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }
}
