import type { StateReader } from '../../state/reader.ts'
import type { Column, GroupClusterer } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from '../parameters.ts'
import { bytesPerGroup } from './bytes-per-group.ts'
import { createEventClusterer } from './event-clusterer.ts'
import { loadOnlineKMeans, startOnlineKMeans } from './online-k-means.ts'
import type { PointModel } from './point-model.ts'
import { meanOf, type RunningGroup } from './running-groups.ts'

const NAME = 'k-means'
const PARAMETERS = {
  clusters: { default: 5, min: 1, max: 256, integer: true },
  rate: { default: 0.001, min: 0, max: 1 },
  warmUp: { default: 256, min: 2, max: 10_000, integer: true },
  idleMs: { default: 1_800_000, min: 1 },
  maxGroups: { default: 8192, min: 100, max: 1_000_000, integer: true },
}

/** What the catalogue tells. */
export const kMeansInfo: LearnerInfo = {
  title: 'Online k-means',
  task: 'clustering',
  description:
    'Sequential k-means (MacQueen 1967) over single events, from a k-means++ start; a group is in the cluster nearest to the mean of its events.',
  missing: 'It counts in no distance and moves no centre.',
  additive: false,
}

/**
 * Sequential k-means over events, scaled and one-hot. The label of a group (a session) is that of the centre nearest to the
 * running mean of its events; its confidence is the membership of fuzzy c-means (Bezdek 1981), which is no probability.
 * Parameters: `clusters`, `rate` (a centre remembers about 1 / rate events), `warmUp` (events that decide scales and
 * start), `idleMs`, `maxGroups`.
 */
export function createKMeans({ columns, params, seed = 0, maxBytes }: LearnerOptions): GroupClusterer {
  const given = readParameters(NAME, PARAMETERS, params)
  const room = Math.floor((maxBytes ?? 64 * 1024 * 1024) / bytesPerGroup(columns))
  const maxGroups = Math.max(100, Math.min(given.maxGroups, room))
  return fromState(columns, Object.freeze({ ...given, maxGroups }), seed)
}

/** Reads what follows the name in a saved learner. */
export function loadKMeans(input: StateReader, columns: readonly Column[]): GroupClusterer {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), 0, input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  seed: number | string,
  input?: StateReader,
): GroupClusterer {
  const { clusters, rate, warmUp, idleMs, maxGroups } = parameters
  return createEventClusterer({
    name: NAME,
    columns,
    parameters,
    warmUp,
    idleMs,
    mostGroups: maxGroups,
    seed,
    input,
    start: (points, width, random) => startOnlineKMeans({ width, clusters, rate }, points, random),
    load: (from, width) => loadOnlineKMeans({ width, clusters, rate }, from),
    judge: nearestToMean,
    saveHead(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
    },
  })
}

function nearestToMean(
  model: PointModel,
  group: RunningGroup,
  distances: Float64Array,
): { own: number; confidence: number } {
  const own = model.labels.indexOf(model.predict(meanOf(group)))
  // Its share of the inverse squared distances.
  let others = 0
  for (const apart of distances) others += apart > 0 ? (distances[own] / apart) ** 2 : 1
  return { own, confidence: distances[own] > 0 ? Math.min(1, 1 / others) : 1 }
}
