import { loadMetricSet } from '#learn/metrics/metric-set.ts'
import { createIntervalEstimator } from '#learn/online/conformal/interval-estimator.ts'
import { loadFbetaPolicy } from '#learn/online/decision/fbeta-policy.ts'
import type { AnyLearner, Column } from '#learn/online/learner.ts'
import { loadLearner } from '#learn/online/registry.ts'
import { createRowEncoder, loadRowEncoder, type RowEncoder } from '#learn/online/row-encoder.ts'
import { createStateReader, type StateReader } from '#learn/state/reader.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import type { DecisionSpec, UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { createClassificationModel } from './classification-model.ts'
import { createClusteringModel } from './clustering-model.ts'
import { INTERVAL_LEVEL } from './create-task-model.ts'
import { loadEarlyLabelsWithoutVersions } from './early-labels.ts'
import type { EngineOptions } from './engine-api.ts'
import { createLabelledPredictions } from './labelled-predictions.ts'
import { type LabelBookParts, loadLabelBookParts, newLabelBookParts } from './label-book.ts'
import { championOf, createMembers, loadMembers, type Members, membersOf } from './members/members.ts'
import { loadPendingOfOneModel } from './pending-predictions.ts'
import { loadRecentIds } from './recent-ids.ts'
import { createRegressionModel } from './regression-model.ts'
import { openSessionDrift, type SessionDrift } from './session-drift.ts'
import { openSessionQuality, type SessionQuality } from './session-quality.ts'
import { openSessionWindows, type SessionWindows } from './session-windows.ts'
import type { TaskModel } from './task-model.ts'

/** How far an engine has read, and what it passed over. */
export interface EngineCounters {
  /** Of the next prediction. */
  sequence: number
  rejected: number
  duplicates: number
  /** Next offsets per partition. */
  source: number[]
  labels: number[]
}

/** Everything that an engine remembers. */
export interface EngineParts {
  encoder: RowEncoder<JsonEvent>
  members: Members
  labels: LabelBookParts
  counters: EngineCounters
  drift: SessionDrift
  quality: SessionQuality | null
  windows: SessionWindows
}

const F2: DecisionSpec = { policy: 'fbeta', beta: 2 }

/** The parts of a new engine, or of the one whose state is given, in the form of this release or of those before 0.5. */
export function openEngineParts(options: EngineOptions): EngineParts {
  const { state, format = 1 } = options
  if (!state) return newParts(options)
  const input = createStateReader(state)
  const parts = format === 1 ? partsOfOneModel(options, input) : savedParts(options, input)
  input.end()
  return parts
}

export function saveEngineParts(
  { encoder, members, counters, drift, quality, windows }: EngineParts,
  labels: { save(out: StateWriter): void },
  out: StateWriter,
): void {
  encoder.save(out)
  members.save(out)
  labels.save(out)
  saveCounters(counters, out)
  drift.save(out)
  quality?.save(out)
  windows.save(out)
}

function newParts({ useCase, learner, params, seed, decision, source, labels }: EngineOptions): EngineParts {
  const encoder = createRowEncoder(useCase.features)
  const { columns } = encoder
  const given = { useCase, columns, decision: decision ?? decisionOf(useCase) }
  return {
    encoder,
    members: createMembers(given, { learner, params, seed }),
    labels: newLabelBookParts(),
    counters: { sequence: 0, rejected: 0, duplicates: 0, source: [...source], labels: [...labels] },
    drift: openSessionDrift(useCase, encoder),
    quality: openSessionQuality(useCase, encoder),
    windows: openSessionWindows(useCase, undefined),
  }
}

function savedParts({ useCase, decision }: EngineOptions, input: StateReader): EngineParts {
  const encoder = loadRowEncoder(input, useCase.features)
  const { columns } = encoder
  return {
    encoder,
    members: loadMembers({ useCase, columns, decision: decision ?? decisionOf(useCase) }, input),
    labels: loadLabelBookParts(input),
    counters: loadCounters(input),
    drift: openSessionDrift(useCase, encoder, input),
    quality: openSessionQuality(useCase, encoder, input),
    windows: openSessionWindows(useCase, input),
  }
}

function saveCounters(
  { sequence, rejected, duplicates, source, labels }: EngineCounters,
  out: StateWriter,
): void {
  out.f64(sequence)
  out.f64(rejected)
  out.f64(duplicates)
  out.f64s(Float64Array.from(source))
  out.f64s(Float64Array.from(labels))
}

function loadCounters(input: StateReader): EngineCounters {
  const [sequence, rejected, duplicates] = [input.f64(), input.f64(), input.f64()]
  return { sequence, rejected, duplicates, source: [...input.f64s()], labels: [...input.f64s()] }
}

/** Releases up to 0.4 had one model a session, and neither intervals nor drift. */
function partsOfOneModel({ useCase, seed, decision }: EngineOptions, input: StateReader): EngineParts {
  const encoder = loadRowEncoder(input, useCase.features)
  const { columns } = encoder
  const learner = loadLearner(input, columns)
  const published = loadMetricSet(input)
  const model = modelBefore05(learner, columns, input)
  const ids = loadRecentIds(input)
  const pending = loadPendingOfOneModel(input, model.learner)
  const early = loadEarlyLabelsWithoutVersions(input)
  const [sequence, outcomes, rejected, duplicates] = [input.f64(), input.f64(), input.f64(), input.f64()]
  const counters = { sequence, rejected, duplicates, source: [...input.f64s()], labels: [...input.f64s()] }
  const counts = { outcomes, corrections: 0, duplicates: 0, late: 0 }
  const given = { useCase, columns, decision: decision ?? decisionOf(useCase) }
  return {
    encoder,
    members: membersOf(given, championOf(model, seed), published),
    labels: { ids, pending, early, kept: createLabelledPredictions(), counts },
    counters,
    drift: openSessionDrift(useCase, encoder),
    quality: openSessionQuality(useCase, encoder),
    windows: openSessionWindows(useCase, input),
  }
}

function modelBefore05(learner: AnyLearner, columns: readonly Column[], input: StateReader): TaskModel {
  if (learner.task === 'classification')
    return createClassificationModel({ learner, decision: loadFbetaPolicy(input) })
  if (learner.task === 'clustering') return createClusteringModel({ learner })
  const errors = { count: input.f64(), mean: input.f64() }
  const intervals = createIntervalEstimator({ level: INTERVAL_LEVEL, columns })
  return createRegressionModel({ learner, errors, intervals })
}

function decisionOf({ online }: UseCase): DecisionSpec {
  return online.decision ?? F2
}
