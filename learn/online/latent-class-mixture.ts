import { codedError } from '../coded-error.ts'
import { createEventClock } from '../math/event-clock.ts'
import { createRandom, loadRandom } from '../math/random.ts'
import type { StateReader } from '../state/reader.ts'
import type { Assignment, Column, GroupClusterer, Row } from './learner.ts'
import type { LearnerInfo } from './learner-info.ts'
import type { LearnerOptions } from './learner-options.ts'
import { createCells, type Outcome } from './mixture/cells.ts'
import { createClassProfiles } from './mixture/class-profiles.ts'
import {
  addEvent,
  copyGroup,
  createGroupStatistics,
  type GroupStatistics,
  loadGroup,
  saveGroup,
  setEnded,
} from './mixture/group-statistics.ts'
import { createLiveGroups, type LiveGroup } from './mixture/live-groups.ts'
import { logJoint, normalise } from './mixture/mixture.ts'
import { createMixtureTrainer } from './mixture/mixture-trainer.ts'
import { createNumericInputs } from './mixture/numeric-inputs.ts'
import { createOwners } from './mixture/owners.ts'
import { profileDistances } from './mixture/profile-distances.ts'
import { structureReport } from './mixture/structure-report.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from './parameters.ts'

const NAME = 'latent-class-mixture'
const PARAMETERS = {
  components: { default: 8, min: 1, max: 32, integer: true },
  transition: { default: '' },
  idleMs: { default: 1_800_000, min: 1 },
  window: { default: 3000, min: 50, max: 20_000, integer: true },
  maxGroups: { default: 16_384, min: 100, max: 1_000_000, integer: true },
}
/** Classes with a smaller share of the groups are candidates, not clusters in use. */
const LEAST_LOG_SHARE = Math.log(0.01)
/** Events between two M-steps, between two E-steps over all live groups, and between looks for ended groups. */
const MAXIMISE_EVERY = 32
const REFRESH_EVERY = 2048
const SETTLE_EVERY = 64
/** The mixture is chosen anew after so many events, then at growing intervals, in the end at equal ones. */
const FIRST_REFIT = 256
const EARLY_REFITS = 8192
const LONGEST_REFIT = 32_768
const FEWEST_GROUPS = 10
/** Groups with fewer events hardly tell classes apart, so classes are chosen without them once there are enough others. */
const TELLING_EVENTS = 3
const FEWEST_TELLING = 50
/** A group idle for so many mean gaps between its events has probably ended. */
const SETTLED_GAPS = 10
const GAP_RATE = 0.001

/** What the catalogue tells. */
export const latentClassMixtureInfo: LearnerInfo = {
  title: 'Latent-class mixture',
  task: 'clustering',
  description:
    'Classes of groups of events, learned by stepwise expectation maximisation (Cappe and Moulines 2009).',
  missing: 'It says nothing about the class.',
  additive: false,
}

/**
 * Online latent class mixture over the events of running groups: multinomials of the nominal columns (columns of
 * scope 'group' count once), Gaussians of the numeric ones, a geometric number of events, and optionally first-order
 * transitions of one nominal column. A group is assigned by the posterior of all its events so far. The number of
 * classes is the one with the highest completed likelihood on a window; classes keep their ids over time.
 * Parameters: `components` (most classes), `transition` (a nominal column), `idleMs` (event time after which a group
 * is over), `window` (groups on which the classes are chosen), `maxGroups` (live groups kept).
 * Cappe and Moulines 2009, "On-line expectation-maximization algorithm for latent data models".
 */
export function createLatentClassMixture({ columns, params, seed = 0 }: LearnerOptions): GroupClusterer {
  return fromState(columns, readParameters(NAME, PARAMETERS, params), seed)
}

/** Reads what follows the name in a saved learner. */
export function loadLatentClassMixture(input: StateReader, columns: readonly Column[]): GroupClusterer {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), 0, input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  seed: number | string,
  input?: StateReader,
): GroupClusterer {
  const { components, idleMs, window, maxGroups } = parameters
  const cells = createCells(columns, transitionOf(parameters.transition, columns), input)
  const { numerics } = cells
  const isNew = cells.version > 1
  const random = input && isNew ? loadRandom(input) : createRandom(seed)
  const inputs = createNumericInputs(cells, random, input)
  const live = createLiveGroups(columns.length, numerics, input)
  const trainer = createMixtureTrainer({ cells, mostComponents: components, seed, input })
  /** Groups that are over, the oldest first: they help to choose the classes when few are live. */
  const over: GroupStatistics[] = []
  for (let left = input ? input.u32() : 0; input && left > 0; left--) {
    over.push(loadGroup(input, columns.length, numerics))
  }
  const clock = createEventClock(input)
  let [updates, gaps, meanGap, nextRefit] = input ? input.f64s(4) : [0, 0, 0, FIRST_REFIT]
  const profiles = createClassProfiles(columns, isNew ? input : undefined)
  const owners = createOwners({
    columns,
    numerics,
    most: maxGroups,
    live: live.all(),
    input: isNew ? input : undefined,
  })
  const scratch = createGroupStatistics(columns, numerics)

  function collect(row: Row, group: GroupStatistics | null, admit: boolean): Outcome {
    const outcome = cells.collect(row, group, admit)
    for (let j = 0; j < numerics; j++) {
      const value = outcome.values[j]
      if (value !== value) continue
      if (admit) inputs.observe(j, outcome.next, value)
      outcome.values[j] = inputs.score(j, outcome.next, value)
    }
    return outcome
  }

  function retireIdle(): void {
    for (;;) {
      const group = live.takeIdle(live.size > maxGroups ? Infinity : clock.now() - idleMs)
      if (group === undefined) return
      trainer.retire(group)
      owners.release(group)
      over.push(group.statistics)
      // Dropping the oldest one by one would move all others each time.
      if (over.length >= 1.25 * window) over.splice(0, over.length - window)
    }
  }

  function settle(): void {
    const longest = Math.min(idleMs, SETTLED_GAPS * meanGap)
    if (gaps === 0) return
    for (const group of live.all()) {
      if (clock.now() - group.lastMs <= longest) return
      if (!group.statistics.ended) change(group, () => setEnded(group.statistics, true))
    }
  }

  function change(group: LiveGroup, edit: () => void): void {
    trainer.withdraw(group)
    edit()
    trainer.contribute(group)
  }

  function refit(): void {
    nextRefit = updates + Math.min(updates < EARLY_REFITS ? updates >> 1 : updates, LONGEST_REFIT)
    const groups = [...over, ...Array.from(live.all(), ({ statistics }) => statistics)]
    const telling = groups.filter(({ events }) => events >= TELLING_EVENTS)
    const chosen = telling.length >= FEWEST_TELLING ? telling : groups
    if (chosen.length >= FEWEST_GROUPS) trainer.refit(chosen.slice(-window), live.all())
    profiles.keep(trainer.ids)
  }

  return {
    name: NAME,
    task: 'clustering',
    parameters,
    get updates() {
      return updates
    },
    get clusters() {
      return trainer.mixture?.logShares.filter(share => share >= LEAST_LOG_SHARE).length ?? 1
    },
    get microClusters() {
      return trainer.mixture?.components ?? 1
    },
    assign(id, row): Assignment {
      const group = live.get(id)?.statistics ?? null
      if (group !== null) copyGroup(group, scratch)
      else clear(scratch)
      const outcome = collect(row, group, false)
      setEnded(scratch, false)
      addEvent(scratch, row, outcome)
      const { mixture, ids } = trainer
      const groupEvents = scratch.events
      if (mixture === null)
        return { cluster: 0, confidence: 1, groupEvents, distances: new Float64Array(1), own: 0 }
      const posterior = new Float64Array(mixture.components)
      logJoint(mixture, scratch, posterior)
      normalise(posterior)
      const own = indexOfLargest(posterior)
      const distances = profileDistances(mixture, scratch, cells)
      return { cluster: ids[own], confidence: posterior[own], groupEvents, distances, own }
    },
    learn(id, row, timeMs) {
      updates += 1
      // An event whose time is not believed counts as happening now.
      const at = clock.advance(timeMs) ? timeMs : clock.now()
      retireIdle()
      const known = live.get(id)
      const group = known ?? {
        statistics: createGroupStatistics(columns, numerics),
        lastMs: at,
        posterior: null,
      }
      if (known && at > known.lastMs) {
        gaps += 1
        meanGap += (at - known.lastMs - meanGap) * Math.max(GAP_RATE, 1 / gaps)
      }
      change(group, () => {
        setEnded(group.statistics, false)
        addEvent(group.statistics, row, collect(row, group.statistics, true))
      })
      if (group.posterior !== null) profiles.observe(trainer.ids[indexOfLargest(group.posterior)], row)
      group.lastMs = Math.max(group.lastMs, at)
      live.touch(id, group)
      if (updates % SETTLE_EVERY === 0) settle()
      if (updates >= nextRefit) refit()
      else if (updates % REFRESH_EVERY === 0) trainer.refresh(live.all())
      if (updates % MAXIMISE_EVERY === 0) trainer.maximise()
    },
    claim(id, owner) {
      const group = live.get(id)
      if (group !== undefined) owners.claim(owner, group)
    },
    segment(owner) {
      clear(scratch)
      const groups = owners.collect(owner, scratch)
      const { mixture, ids } = trainer
      if (groups === 0 || mixture === null) return null
      const posterior = new Float64Array(mixture.components)
      logJoint(mixture, scratch, posterior)
      normalise(posterior)
      const own = indexOfLargest(posterior)
      return { cluster: ids[own], confidence: posterior[own], groups }
    },
    structure: () => structureReport(trainer, parameters.transition, FEWEST_GROUPS),
    profiles: () =>
      Array.from(trainer.ids, (cluster, i) => ({
        cluster,
        share: Math.exp(trainer.mixture?.logShares[i] ?? 0),
        groups: trainer.groupsOf(i),
        columns: profiles.columnsOf(cluster),
      })),
    sizeBytes: () =>
      trainer.sizeBytes() + profiles.sizeBytes() + BYTES_PER_GROUP * (live.size + over.length + owners.size),
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      cells.save(out)
      random.save(out)
      inputs.save(out)
      live.save(out)
      trainer.save(out)
      out.u32(over.length)
      for (const group of over) saveGroup(out, group)
      clock.save(out)
      out.f64s(Float64Array.of(updates, gaps, meanGap, nextRefit))
      profiles.save(out)
      owners.save(out, live.all())
    },
  }
}

function indexOfLargest(values: Float64Array): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i
  return best
}

/** Typical numeric state of a group: a dozen cells with counts, sums, posterior. */
const BYTES_PER_GROUP = 12 * 12 + 3 * 8 * 4 + 64

function clear(group: GroupStatistics): void {
  group.used = 0
  group.sums.fill(0)
  group.seen.fill(0)
  group.events = 0
  group.previous = -1
  group.ended = false
}

function transitionOf(name: string, columns: readonly Column[]): number {
  if (name === '') return -1
  const index = columns.findIndex(column => column.name === name && column.kind === 'nominal')
  if (index >= 0) return index
  const names = columns.filter(({ kind }) => kind === 'nominal').map(column => column.name)
  throw codedError(
    'INVALID_PARAMETER',
    `Parameter transition of ${NAME} names ${name}, wanted one of the nominal columns ${names.join(', ')}.`,
  )
}
