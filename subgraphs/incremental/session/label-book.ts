import type { StateReader } from '#learn/state/reader.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import { createEarlyLabels, type EarlyLabels, type GivenLabel, loadEarlyLabels } from './early-labels.ts'
import type { OutcomeRow } from './engine-api.ts'
import {
  createLabelledPredictions,
  type LabelledPredictions,
  loadLabelledPredictions,
} from './labelled-predictions.ts'
import type { Members } from './members/members.ts'
import {
  createPendingPredictions,
  loadPendingPredictions,
  type PendingPrediction,
  type PendingPredictions,
} from './pending-predictions.ts'
import { createRecentIds, loadRecentIds, type RecentIds } from './recent-ids.ts'

/** What became of labels. */
export interface LabelCounts {
  /** Outcomes: labels learned, corrections included. */
  outcomes: number
  /** Labels that changed one that was learned. */
  corrections: number
  /** Labels that said again what was known, or came after a higher version. */
  duplicates: number
  /** Labels of predictions that are no longer kept. */
  late: number
}

/** Brings labels and predictions together, whichever comes first, once each. */
export interface LabelBook {
  readonly counts: Readonly<LabelCounts>
  readonly pending: number
  readonly ids: RecentIds
  /** A prediction was published; `label` is that of its event, if that carries one. */
  predicted(eventId: string, prediction: PendingPrediction, label: number | null): OutcomeRow | null
  /** A label arrived; null where it tells nothing new. */
  labelled(eventId: string, given: GivenLabel, seq: number): OutcomeRow | null
  save(out: StateWriter): void
}

export interface LabelEvents {
  learned(prediction: PendingPrediction, label: number, loss: number): void
  corrected(prediction: PendingPrediction, before: number, after: number): void
}

export interface LabelBookParts {
  ids: RecentIds
  pending: PendingPredictions
  early: EarlyLabels
  kept: LabelledPredictions
  counts: LabelCounts
}

export function newLabelBookParts(): LabelBookParts {
  return {
    ids: createRecentIds(),
    pending: createPendingPredictions(),
    early: createEarlyLabels(),
    kept: createLabelledPredictions(),
    counts: { outcomes: 0, corrections: 0, duplicates: 0, late: 0 },
  }
}

export function loadLabelBookParts(input: StateReader): LabelBookParts {
  return {
    ids: loadRecentIds(input),
    pending: loadPendingPredictions(input),
    early: loadEarlyLabels(input),
    kept: loadLabelledPredictions(input),
    counts: { outcomes: input.f64(), corrections: input.f64(), duplicates: input.f64(), late: input.f64() },
  }
}

export function createLabelBook(
  { ids, pending, early, kept, counts }: LabelBookParts,
  members: Pick<Members, 'learn' | 'correct'>,
  on: LabelEvents,
): LabelBook {
  function learn(eventId: string, prediction: PendingPrediction, given: GivenLabel, seq: number): OutcomeRow {
    const { label } = given
    counts.outcomes++
    const loss = members.learn(prediction, label, seq)
    kept.add(eventId, { prediction, ...given })
    on.learned(prediction, label, loss)
    return { seq: prediction.seq, label, loss }
  }

  function again(eventId: string, { label, version }: GivenLabel): OutcomeRow | null {
    const known = kept.get(eventId)
    if (!known) {
      counts.late++
      return null
    }
    if (known.label === label || known.version > version) {
      known.version = Math.max(known.version, version)
      counts.duplicates++
      return null
    }
    const { prediction, label: before } = known
    Object.assign(known, { label, version })
    counts.outcomes++
    counts.corrections++
    on.corrected(prediction, before, label)
    return { seq: prediction.seq, label, loss: members.correct(prediction, before, label) }
  }

  return {
    counts,
    get pending() {
      return pending.size
    },
    ids,
    predicted(eventId, prediction, carried) {
      const given = carried === null ? early.take(eventId) : { label: carried, version: 1 }
      if (given !== undefined) return learn(eventId, prediction, given, prediction.seq + 1)
      pending.add(eventId, prediction)
      return null
    },
    labelled(eventId, given, seq) {
      const prediction = pending.take(eventId)
      if (prediction) return learn(eventId, prediction, given, seq)
      if (ids.has(eventId)) return again(eventId, given)
      early.add(eventId, given)
      return null
    },
    save(out) {
      ids.save(out)
      pending.save(out)
      early.save(out)
      kept.save(out)
      out.f64(counts.outcomes)
      out.f64(counts.corrections)
      out.f64(counts.duplicates)
      out.f64(counts.late)
    },
  }
}
