import type { UseCase } from '#use-cases/define.ts'
import type { JobSpec } from '../jobs/job.ts'
import { FEWEST_ROWS } from './dataset/check-rows.ts'
import { BATCH_LEARNERS, type BatchLearnerName } from './learner-names.ts'
import { learnerParameters } from './spec/learner-parameters.ts'
import { readParameters, wrong } from './spec/read-parameters.ts'

/** What somebody asks for; everything may be left out. */
export interface SpecInput {
  /** A name of `learner-names.ts`. */
  readonly learner?: string | null | undefined
  readonly parameters?: unknown
  readonly rows?: number | null | undefined
  readonly fraction?: number | null | undefined
  readonly version?: number | null | undefined
  readonly labelsVersion?: number | null | undefined
  readonly seed?: number | null | undefined
  readonly segment?: string | null | undefined
  readonly includeDebugFeatures?: boolean | null | undefined
}

type Segment = NonNullable<JobSpec['segment']>

/** What each segment can be grouped by, the default first. */
const SEGMENTS: Readonly<Record<Segment, readonly BatchLearnerName[]>> = {
  EVENTS: ['k-means', 'latent-class-mixture'],
  SESSIONS: ['latent-class-mixture'],
  CUSTOMERS: ['latent-class-mixture', 'k-means'],
}

const DEFAULT_SEED = 42

/**
 * A complete specification of a training.
 * @throws CodedError `BAD_USER_INPUT` naming what was given and what was wanted.
 */
export function readSpec({ useCase, input }: { useCase: UseCase; input: SpecInput }): JobSpec {
  const { task } = useCase
  const segment = readSegment(useCase, input.segment)
  const learner = readLearner(useCase, segment, input.learner)
  const parameters = readParameters(learnerParameters(learner, task), input.parameters)
  const { kFrom, kTo, validationShare, testShare, metric } = parameters
  if (typeof kFrom === 'number' && typeof kTo === 'number' && kFrom > kTo) {
    throw wrong('parameters.kTo', kTo, `at least kFrom, which is ${kFrom},`)
  }
  if (
    typeof validationShare === 'number' &&
    typeof testShare === 'number' &&
    validationShare + testShare > 0.7
  ) {
    throw wrong(
      'parameters.testShare',
      testShare,
      `at most .7 together with validationShare, which is ${validationShare},`,
    )
  }
  const metrics =
    task === 'classification' ? ['auto', 'logLoss', 'auc', 'averagePrecision'] : ['auto', 'mae', 'rmse']
  if (typeof metric === 'string' && !metrics.includes(metric)) {
    throw wrong('parameters.metric', metric, `one of ${metrics.join(', ')}`)
  }
  const { includeDebugFeatures } = input
  if (includeDebugFeatures === true && !Object.values(useCase.fields).some(({ debug }) => debug)) {
    throw wrong('includeDebugFeatures', true, `false for ${useCase.id}, which has no such fields,`)
  }
  return {
    useCase: useCase.id,
    learner,
    parameters,
    rows: whole('rows', input.rows ?? null, FEWEST_ROWS),
    fraction: readFraction(input.fraction ?? null),
    version: whole('version', input.version ?? null, 0),
    // -1: without any.
    labelsVersion: whole('labelsVersion', input.labelsVersion ?? null, -1),
    seed: whole('seed', input.seed ?? DEFAULT_SEED, 0) as number,
    segment,
    includeDebugFeatures: includeDebugFeatures ?? false,
  }
}

function readSegment({ id, task }: UseCase, given: string | null | undefined): Segment | null {
  if (task !== 'clustering') {
    if (given === null || given === undefined) return null
    throw wrong('segment', given, `none for ${id}, whose task is ${task},`)
  }
  const segment = given ?? 'EVENTS'
  if (Object.hasOwn(SEGMENTS, segment)) return segment as Segment
  throw wrong('segment', segment, `one of ${Object.keys(SEGMENTS).join(', ')}`)
}

function readLearner(
  { id, task }: UseCase,
  segment: Segment | null,
  given: string | null | undefined,
): BatchLearnerName {
  const able = segment
    ? SEGMENTS[segment]
    : (Object.keys(BATCH_LEARNERS) as BatchLearnerName[]).filter(name =>
        (BATCH_LEARNERS[name] as readonly string[]).includes(task),
      )
  if (given === null || given === undefined) return able[0] as BatchLearnerName
  const found = able.find(name => name === given)
  if (found) return found
  throw wrong(
    'learner',
    given,
    `one of ${able.join(', ')} for ${segment ? `the ${segment.toLowerCase()} of ${id}` : id}`,
  )
}

function readFraction(given: number | null): number | null {
  if (given === null || (given > 0 && given <= 1)) return given
  throw wrong('fraction', given, 'a fraction above 0 and at most 1')
}

function whole(name: string, given: number | null, least: number): number | null {
  if (given === null || (Number.isSafeInteger(given) && given >= least)) return given
  throw wrong(name, given, `a whole number of at least ${least}`)
}
