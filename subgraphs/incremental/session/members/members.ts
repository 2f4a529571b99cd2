import { codedError } from '#learn/coded-error.ts'
import { loadMetricSet, type MetricSet } from '#learn/metrics/metric-set.ts'
import type { Column, Row } from '#learn/online/learner.ts'
import type { StateReader } from '#learn/state/reader.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import type { DecisionSpec, UseCase } from '#use-cases/define.ts'
import { createTaskModel } from '../create-task-model.ts'
import type { PendingPrediction } from '../pending-predictions.ts'
import type { Scored, TaskModel } from '../task-model.ts'
import type { Evaluation, PromotionFigures } from './figures.ts'
import { lossOf } from './loss-of.ts'
import {
  comparisonFigures,
  createTrial,
  loadMember,
  type Member,
  newMetricSet,
  saveMember,
} from './member.ts'
import type { ChallengerSpec, ModelChange } from './model-change.ts'
import { observationOf } from './observation-of.ts'

/** What the models of a session said about an event. */
export interface Said extends Scored {
  /** Name of the model that was published. */
  by: string
  /** What the challengers said, by name; null where there are none. */
  others: Readonly<Record<string, Scored>> | null
}

/** The models of a session: the champion is published, challengers learn beside it from the same events and labels. */
export interface Members {
  readonly champion: TaskModel
  readonly sizeBytes: number
  /** Pure. */
  predict(row: Row, group: string, timeMs: number): Said
  /** Learns what needs no label. */
  observe(row: Row, group: string, timeMs: number, owner: string | null): void
  /** Scores what was said, then learns; returns the loss of what was published. */
  learn(prediction: PendingPrediction, label: number, seq: number): number
  /** A label turned out to be another; returns the loss by the new one. */
  correct(prediction: PendingPrediction, before: number, after: number): number
  /** Throws a CodedError where it is not possible, and then changes nothing. */
  change(change: ModelChange, seq: number): void
  /** A promotion that the test has brought about since the last call. */
  takePromotion(): PromotionFigures | null
  evaluation(): Evaluation
  published(): MetricSet
  save(out: StateWriter): void
}

export interface MembersOptions {
  useCase: UseCase
  columns: readonly Column[]
  decision: DecisionSpec
}

/** Beyond it each event would cost more in models that nobody sees than in the one that is published. */
const MOST_CHALLENGERS = 4
/** Promotions that are remembered. */
const KEPT_PROMOTIONS = 50

/** The members of a new session, with the champion alone. Throws what `createLearner` throws. */
export function createMembers(
  options: MembersOptions,
  { learner, params, seed }: { learner: string; params: ChallengerSpec['parameters']; seed: string },
): Members {
  const model = createTaskModel({
    learner,
    options: { columns: options.columns, params, seed },
    decision: options.decision,
  })
  return membersOf(options, championOf(model, seed), newMetricSet(options.useCase, options.decision))
}

/** One that a session of an earlier release had. */
export function membersOf(options: MembersOptions, champion: Member, published: MetricSet): Members {
  return build(options, { all: [champion], champion, published, promotions: [], trials: 0 })
}

export function championOf(model: TaskModel, seed: string): Member {
  return { name: model.learner, seed, automatic: false, since: 0, isShed: false, model, trial: null }
}

export function loadMembers(options: MembersOptions, input: StateReader): Members {
  const all = Array.from({ length: input.u32() }, () => loadMember(input, options.columns))
  const champion = all[input.u32()]
  if (!champion)
    throw codedError('CHECKPOINT_CORRUPT', 'The checkpoint names a champion that it does not hold.')
  const published = loadMetricSet(input)
  const promotions = JSON.parse(input.str()) as PromotionFigures[]
  return build(options, { all, champion, published, promotions, trials: input.u32() })
}

interface State {
  all: Member[]
  champion: Member
  published: MetricSet
  promotions: PromotionFigures[]
  /** That ever began. */
  trials: number
}

function build({ useCase, columns, decision }: MembersOptions, state: State): Members {
  const { task } = useCase
  let promoted: PromotionFigures | null = null

  const challengers = () => state.all.filter(member => member !== state.champion)

  function named(name: string): Member {
    const found = challengers().find(member => member.name === name)
    if (found) return found
    const names = challengers().map(member => member.name)
    const known = names.length > 0 ? `one of ${names.join(', ')} wanted` : 'the session has none'
    throw codedError('CHALLENGER_NOT_FOUND', `The challenger "${name}" was given; ${known}.`)
  }

  function add(spec: ChallengerSpec, seq: number): void {
    const { name, learner, parameters: params, seed, automatic } = spec
    if (state.all.some(member => member.name === name))
      throw codedError(
        'CHALLENGER_EXISTS',
        `The session has a model "${name}" already; another name is wanted.`,
      )
    if (challengers().length >= MOST_CHALLENGERS)
      throw codedError(
        'TOO_MANY_CHALLENGERS',
        `The session has ${MOST_CHALLENGERS} challengers, and no more are allowed; stop one first.`,
      )
    const options = { columns, params, seed }
    const model = createTaskModel({ learner, options, decision: spec.decision ?? decision })
    state.all.push({ name, seed, automatic, since: seq, isShed: false, model, trial: newTrial() })
  }

  function newTrial() {
    state.trials++
    return createTrial(useCase, decision, state.trials)
  }

  function promote(to: Member, by: PromotionFigures['by'], seq: number): PromotionFigures {
    const from = state.champion
    const comparison = comparisonFigures(to.trial?.comparison)
    const promotion = { seq, from: from.name, to: to.name, by, comparison }
    state.champion = to
    state.promotions = [...state.promotions, promotion].slice(-KEPT_PROMOTIONS)
    to.isShed = false
    // Everyone is compared with another champion now; the one before keeps learning, so that the way back is open.
    from.automatic = false
    to.trial = null
    for (const member of challengers()) member.trial = newTrial()
    return promotion
  }

  function rollback(seq: number): void {
    const last = state.promotions.findLast(({ by }) => by !== 'ROLLBACK')
    const before = last && state.all.find(({ name }) => name === last.from)
    if (!last || !before || before === state.champion)
      throw codedError(
        'NOTHING_TO_ROLL_BACK',
        'There is no promotion whose former champion still learns beside the present one.',
      )
    promote(before, 'ROLLBACK', seq)
  }

  /** What a member said of a prediction; null where it was not there, or was passed over. */
  function saidBy({ name, since }: Member, prediction: PendingPrediction): Scored | null {
    // An earlier model may have had the name.
    if (prediction.seq < since) return null
    if (prediction.by === name) return prediction
    return prediction.others?.[name] ?? null
  }

  function learnTrial(
    member: Member,
    prediction: PendingPrediction,
    label: number,
    championLoss: number | null,
  ): void {
    const { trial } = member
    const scored = saidBy(member, prediction)
    if (trial && scored) {
      const { seq, eventTime: timeMs } = prediction
      trial.metrics.update(observationOf(task, scored, { label, timeMs, seq }))
      if (championLoss !== null) trial.comparison?.update(championLoss, lossOf(task, scored.score, label))
    }
  }

  return {
    get champion() {
      return state.champion.model
    },
    get sizeBytes() {
      return state.all.reduce((sum, { model }) => sum + model.sizeBytes(), 0)
    },
    predict(row, group, timeMs) {
      const { champion, all } = state
      const { score, detail } = champion.model.predict(row, group, timeMs)
      if (all.length === 1) return { score, detail, by: champion.name, others: null }
      const others: Record<string, Scored> = {}
      for (const member of all) {
        if (member === champion || member.isShed) continue
        others[member.name] = member.model.predict(row, group, timeMs)
      }
      return { score, detail, by: champion.name, others }
    },
    observe(row, group, timeMs, owner) {
      for (const { model, trial, isShed } of state.all) {
        if (isShed) continue
        const observation = model.observe(row, group, timeMs, owner)
        if (observation) (trial?.metrics ?? state.published).update(observation)
      }
    },
    learn(prediction, label, seq) {
      const { row, score, eventTime: timeMs } = prediction
      const loss = lossOf(task, score, label)
      state.published.update(observationOf(task, prediction, { label, timeMs, seq: prediction.seq }))
      const { champion } = state
      if (state.all.length > 1) {
        const said = saidBy(champion, prediction)
        const championLoss = said && lossOf(task, said.score, label)
        for (const member of state.all) learnTrial(member, prediction, label, championLoss)
      }
      for (const member of state.all) {
        if (!member.isShed) member.model.learn(row, saidBy(member, prediction), label)
      }
      if (state.all.length > 1) {
        const winner = challengers().find(
          ({ automatic, isShed, trial }) =>
            automatic && !isShed && trial?.comparison?.value().decided === 'CHALLENGER',
        )
        if (winner) promoted = promote(winner, 'TEST', seq)
      }
      return loss
    },
    correct(prediction, before, after) {
      const { row, score, seq, eventTime: timeMs } = prediction
      const pair = (scored: Scored) =>
        [before, after].map(label => observationOf(task, scored, { label, timeMs, seq })) as [
          ReturnType<typeof observationOf>,
          ReturnType<typeof observationOf>,
        ]
      state.published.correct(...pair(prediction))
      for (const member of state.all) {
        const scored = saidBy(member, prediction)
        // A comparison goes by the labels as they came: taking one back would undo what was decided by it.
        if (scored && member.trial) member.trial.metrics.correct(...pair(scored))
        if (!member.isShed) member.model.correct(row, scored, before, after)
      }
      return lossOf(task, score, after)
    },
    change(change, seq) {
      if (change.type === 'add') add(change.challenger, seq)
      else if (change.type === 'remove') state.all.splice(state.all.indexOf(named(change.name)), 1)
      else if (change.type === 'promote') promote(named(change.name), 'PERSON', seq)
      else if (change.type === 'rollback') rollback(seq)
      else if (change.type === 'shed') for (const member of challengers()) member.isShed = change.on
    },
    takePromotion() {
      const taken = promoted
      promoted = null
      return taken
    },
    evaluation: () => ({
      metrics: state.published.snapshot(),
      models: state.all.map(member => {
        const { name, seed, automatic, since, isShed, model, trial } = member
        return {
          name,
          role: member === state.champion ? 'CHAMPION' : 'CHALLENGER',
          learner: model.learner,
          parameters: model.parameters,
          seed,
          automatic,
          since,
          version: model.version,
          sizeBytes: model.sizeBytes(),
          isShed,
          metrics: trial?.metrics.snapshot() ?? [],
          comparison: comparisonFigures(trial?.comparison),
        }
      }),
      promotions: state.promotions,
    }),
    published: () => state.published,
    save(out) {
      out.u32(state.all.length)
      for (const member of state.all) saveMember(member, out)
      out.u32(state.all.indexOf(state.champion))
      state.published.save(out)
      out.str(JSON.stringify(state.promotions))
      out.u32(state.trials)
    },
  }
}
