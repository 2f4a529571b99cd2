import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { Column, GroupClusterer } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from '../parameters.ts'
import type { DbstreamModel } from './dbstream-model.ts'
import { createDecayedDbstream } from './decayed-dbstream.ts'
import { createEventClusterer } from './event-clusterer.ts'
import { bytesPerGroup } from './bytes-per-group.ts'
import { neighbourRadius } from './neighbour-radius.ts'
import type { PointModel } from './point-model.ts'
import { createRiverDbstream } from './river-dbstream.ts'
import type { RunningGroup } from './running-groups.ts'

const NAME = 'dbstream'
const PARAMETERS = {
  mode: { default: 'ours' },
  radius: { default: 0, min: 0 },
  fading: { default: 0.001, min: 1e-9, max: 1 },
  cleanup: { default: 100, min: 1, max: 1_000_000, integer: true },
  intersection: { default: 0.1, min: 0, max: 1 },
  minimumWeight: { default: 2, min: 0 },
  maxMicroClusters: { default: 1000, min: 10, max: 100_000, integer: true },
  warmUp: { default: 256, min: 2, max: 10_000, integer: true },
  idleMs: { default: 1_800_000, min: 1 },
  maxGroups: { default: 8192, min: 100, max: 1_000_000, integer: true },
}

/** What the catalogue tells. */
export const dbstreamInfo: LearnerInfo = {
  title: 'DBSTREAM',
  task: 'clustering',
  description:
    'Density of micro-clusters over single events (Hahsler and Bolanos 2016); a group is in the cluster of most of its events. Mode river is exactly that of River 0.26.1, mode ours fades all weights and keeps labels over time.',
  missing: 'It counts in no distance (mode river: as the median).',
  additive: false,
}

/**
 * DBSTREAM over events, scaled and one-hot. The label of a group (a session) is the one that most of its events were given
 * when they arrived, its confidence their share. Parameters: `mode` ('ours' or 'river'), `radius` of a micro-cluster in
 * units of the columns' spread (0: from the first events), `fading` (weights halve every 1 / fading events), `cleanup`
 * (events between two cleanups), `intersection`, `minimumWeight`, `maxMicroClusters` (mode ours), `warmUp`, `idleMs`,
 * `maxGroups`.
 */
export function createDbstream({ columns, params, seed = 0, maxBytes }: LearnerOptions): GroupClusterer {
  const given = readParameters(NAME, PARAMETERS, params)
  return fromState(columns, within(given, columns, maxBytes), seed)
}

/** Reads what follows the name in a saved learner. */
export function loadDbstream(input: StateReader, columns: readonly Column[]): GroupClusterer {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), 0, input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  seed: number | string,
  input?: StateReader,
): GroupClusterer {
  const { mode, warmUp, idleMs, maxGroups, maxMicroClusters } = parameters
  if (mode !== 'ours' && mode !== 'river') {
    throw codedError('INVALID_PARAMETER', `Parameter mode of ${NAME} is ${mode}, wanted ours or river.`)
  }
  let radius = input ? input.f64() : parameters.radius

  function create(width: number, from?: StateReader): DbstreamModel {
    const options = { ...parameters, radius, width, mostMicro: maxMicroClusters }
    return mode === 'river' ? createRiverDbstream(options, from) : createDecayedDbstream(options, from)
  }

  return createEventClusterer({
    name: NAME,
    columns,
    parameters,
    warmUp,
    idleMs,
    mostGroups: maxGroups,
    seed,
    input,
    start(points, width) {
      if (radius === 0) radius = neighbourRadius(points)
      const model = create(width)
      for (const point of points) model.learn(point)
      return model
    },
    load: (from, width) => create(width, from),
    judge: majority,
    saveHead(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64(radius)
    },
  })
}

/** The cluster in use with most of the group's events; the nearest one if none of theirs is in use any more. */
function majority(
  { labels }: PointModel,
  { votes }: RunningGroup,
  distances: Float64Array,
): { own: number; confidence: number } {
  let own = -1
  let most = 0
  let all = 0
  labels.forEach((label, i) => {
    const count = votes.get(label) ?? 0
    all += count
    if (count > most || (count === most && count > 0 && distances[i] < distances[own])) {
      most = count
      own = i
    }
  })
  if (own >= 0) return { own, confidence: most / all }
  return { own: distances.indexOf(Math.min(...distances)), confidence: 1 / labels.length }
}

/** Half of the memory is for groups, half for micro-clusters, which overlap with a dozen others at most on average. */
function within(
  given: ParameterValues<typeof PARAMETERS>,
  columns: readonly Column[],
  maxBytes = 64 * 1024 * 1024,
): ParameterValues<typeof PARAMETERS> {
  const bytes = bytesPerGroup(columns)
  return Object.freeze({
    ...given,
    maxGroups: Math.max(100, Math.min(given.maxGroups, Math.floor(maxBytes / 2 / bytes))),
    maxMicroClusters: Math.max(
      10,
      Math.min(given.maxMicroClusters, Math.floor(maxBytes / 2 / (bytes + 600))),
    ),
  })
}
