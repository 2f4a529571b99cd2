import { CodedError } from '#subgraphs/coded-error.ts'
import { useCaseById } from '#use-cases/index.ts'
import type {
  BatchLearnerInfoResolvers,
  BatchLearningResolvers,
  PromotionResolvers,
} from '../resolvers.generated.ts'
import { learnersOf } from '../models/learners-of.ts'
import { primaryMetric } from '#learn/metrics/batch-catalogue.ts'
import { metricInfo } from './metric-info.ts'
import { learnerMember } from './learner-enum.ts'
import { pageOfJobs } from './page-of-jobs.ts'

export const BatchLearning: BatchLearningResolvers = {
  useCase: ({ id }) => ({ id }),
  learners: ({ id }, _, { problemOf }) => learnersOf(useCaseById(id), problemOf),
  jobs: ({ id }, { first, after }, { jobs }) =>
    pageOfJobs(jobs.list(id), { first: within('first', first ?? 20), after: after ?? null }),
  async champion({ id }, _, { registry, modelOf }) {
    const champion = registry.champion(id)
    return champion ? await modelOf.load(champion.run) : null
  },
  async bestModel({ id }, { metric }, { registry, modelOf }) {
    const run = await registry.best(id, metric ?? undefined)
    return run && (await modelOf.load(run.id))
  },
  async models({ id }, { first }, { registry, modelOf }) {
    const runs = await registry.candidates(id, within('first', first ?? 20))
    const found = await Promise.all(runs.map(run => modelOf.load(run.id)))
    return found.filter(model => model !== null)
  },
  primaryMetric: ({ id }) => metricInfo(primaryMetric(useCaseById(id).task).name),
  promotions: ({ id }, { first }, { registry }) =>
    [...registry.history(id)].slice(0, within('first', first ?? 20)),
}

export const Promotion: PromotionResolvers = {
  from: ({ from }, _, { modelOf }) => (from === null ? null : modelOf.load(from)),
  async to({ to }, _, { modelOf }) {
    const model = await modelOf.load(to)
    if (model) return model
    throw new CodedError('MODEL_NOT_FOUND', `Run ${to} was the champion and is no longer there.`)
  },
}

const MOST = 100

function within(name: string, given: number): number {
  if (Number.isInteger(given) && given >= 1 && given <= MOST) return given
  throw new CodedError('BAD_USER_INPUT', `${name}: ${given} given, a whole number from 1 to ${MOST} wanted.`)
}

export const BatchLearnerInfo: BatchLearnerInfoResolvers = {
  learner: ({ name }) => learnerMember(name),
}
