import { randomUUID } from 'node:crypto'
import { useCaseById, useCases } from '#use-cases/index.ts'
import { typeNames } from '#use-cases/names.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { Context } from '../context.ts'
import type { MutationResolvers } from '../resolvers.generated.ts'
import { SessionConflictError, SessionNotFoundError } from '../session/session-errors.ts'
import { checkLearner } from '../session/check-learner.ts'
import type { SessionView } from '../session/session-view.ts'
import { mapperOf } from './prediction.ts'
import { InvalidModelInput, readChallenger, readDecision, readParameters } from './read-model.ts'
import { submitLabel } from './submit-label.ts'

const MAX_INGEST = 10_000
const MAX_RATE = 100_000

export const Mutation: MutationResolvers = {
  startTraining: (_, { input }, { sessions }) =>
    orProblem(
      (async () => {
        const seedOf = (name: string) => `${input.seed ?? 'challenger'}/${name}`
        return sessions.start(input.useCase, {
          from: input.from ?? 'LAST_CHECKPOINT',
          seed: input.seed ?? undefined,
          learner: input.learner ?? undefined,
          parameters: readParameters(input.parameters, 'input.parameters'),
          decision: readDecision(input.decision, 'input.decision'),
          challengers: (input.challengers ?? []).map((challenger, index) =>
            readChallenger(challenger, `input.challengers.${index}`, seedOf),
          ),
        })
      })(),
    ) as never,
  stopTraining: (_, { useCase }, { sessions }) => orProblem(sessions.stop(useCase)) as never,
  pauseTraining: (_, { useCase }, { sessions }) => orProblem(sessions.pause(useCase)) as never,
  resumeTraining: (_, { useCase }, { sessions }) => orProblem(sessions.resume(useCase)) as never,
  startChallenger: (_, { input: { useCase, challenger } }, { sessions }) =>
    orProblem(
      (async () => {
        const given = readChallenger(challenger, 'input.challenger', name => `challenger/${name}`)
        checkLearner(useCaseById(useCase), given.learner, given.parameters)
        return sessions.change(useCase, { type: 'add', challenger: given })
      })(),
    ) as never,
  stopChallenger: (_, { useCase, name }, { sessions }) =>
    orProblem(sessions.change(useCase, { type: 'remove', name })) as never,
  promoteChallenger: (_, { useCase, name }, { sessions }) =>
    orProblem(sessions.change(useCase, { type: 'promote', name })) as never,
  rollbackPromotion: (_, { useCase }, { sessions }) =>
    orProblem(sessions.change(useCase, { type: 'rollback' })) as never,
  submitLabel: (_, { input }, context) => submitLabel(input, context) as never,
  setProducer: (_, { input: { useCase, rate, ...change } }, { producers }) => {
    if (rate !== null && rate !== undefined && !(rate > 0 && rate <= MAX_RATE)) {
      return invalid('input.rate', `${rate} given, more than 0 and at most ${MAX_RATE} wanted.`) as never
    }
    return orNoProducer(
      producers.change(useCase, {
        ...(rate !== null && rate !== undefined && { rate }),
        ...(typeof change.running === 'boolean' && { running: change.running }),
        ...(change.mode && { mode: change.mode === 'PARITY' ? 'parity' : 'realistic' }),
        ...(typeof change.seed === 'string' && { seed: change.seed }),
      }),
    ) as never
  },
  injectDrift: (_, { input }, { producers }) => {
    const { useCase } = input
    const kind = input.kind ?? 'ABRUPT'
    const widthSeconds = input.widthSeconds ?? 60
    const periodSeconds = input.periodSeconds ?? 60
    const factor = input.factor ?? 5
    const wrong = Object.entries({ widthSeconds, periodSeconds, factor }).find(
      ([, value]) => !(value > 0 && value < 1e6),
    )
    if (wrong)
      return invalid(
        `input.${wrong[0]}`,
        `${wrong[1]} given, more than 0 and less than a million wanted.`,
      ) as never
    return orNoProducer(producers.drift(useCase, { kind, widthSeconds, periodSeconds, factor })) as never
  },
  ingest: (_, { useCase, events }, { ingest, trace }) => {
    if (events.length > MAX_INGEST)
      throw new CodedError(
        'BAD_USER_INPUT',
        `${events.length} events given, at most ${MAX_INGEST} a call wanted.`,
      )
    return ingest(useCaseById(useCase), events, trace) as never
  },
  predict: (_, { event }, context) => predict(event, context) as never,
}

async function predict(input: object, { preview, lookup }: Context) {
  const useCase = useCases.find(candidate => typeNames(candidate).member in input)
  if (!useCase) throw new CodedError('BAD_USER_INPUT', 'An event of exactly one use case wanted.')
  const given = (input as Record<string, Record<string, unknown>>)[typeNames(useCase).member] ?? {}
  const event = mapperOf(useCase.id).fromInput(given, {
    newId: randomUUID,
    now: () => new Date().toISOString(),
  })
  const parsed = createEventParser(useCase)(JSON.stringify(event))
  if (!parsed.ok)
    return {
      __typename: 'InvalidEvent',
      code: parsed.code,
      message: parsed.message,
      problems: parsed.problems,
    }
  try {
    const prediction = await preview(useCase, parsed.event, parsed.id)
    lookup.keep(prediction)
    return prediction
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'NOT_READY') throw error
    return { __typename: 'NotReady', code: error.code, message: error.message }
  }
}

/** What can be wrong with a model that was asked for. */
const REFUSED = new Set([
  'UNKNOWN_LEARNER',
  'INVALID_PARAMETER',
  'WRONG_TASK',
  'MODEL_MISMATCH',
  'CHALLENGER_EXISTS',
  'CHALLENGER_NOT_FOUND',
  'TOO_MANY_CHALLENGERS',
  'NOTHING_TO_ROLL_BACK',
])

async function orProblem(view: Promise<SessionView>): Promise<object> {
  try {
    return await view
  } catch (error) {
    if (error instanceof SessionConflictError) {
      return { __typename: 'SessionConflict', code: error.code, message: error.message, session: error.view }
    }
    if (error instanceof SessionNotFoundError)
      return { __typename: 'NotFound', code: error.code, message: error.message }
    const { code, message } = error as Error & { code?: string }
    if (code !== undefined && REFUSED.has(code))
      return { __typename: 'InvalidInput', code, path: 'input', message }
    if (error instanceof InvalidModelInput)
      return { __typename: 'InvalidInput', code: error.code, path: error.path, message: error.message }
    throw error
  }
}

/** Generators that are not there, or can't be reached, are a problem that a person can read; anything else is an error. */
async function orNoProducer(status: Promise<object>): Promise<object> {
  try {
    return await status
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    if (code !== 'PRODUCER_NOT_FOUND' && code !== 'PRODUCER_UNREACHABLE') throw error
    return { __typename: 'NotFound', code, message }
  }
}

function invalid(path: string, message: string): object {
  return { __typename: 'InvalidInput', code: 'BAD_USER_INPUT', path, message: `${path}: ${message}` }
}
