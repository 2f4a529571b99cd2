import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { parseLabelRecord } from '#use-cases/label-record.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Sessions } from '../session/sessions-api.ts'
import type { OutcomeFeed } from './outcome-feed.ts'
import type { PredictionFeed } from './prediction-feed.ts'
import { decodePredictionId, encodePredictionId, type PredictionId } from '#subgraphs/prediction-id.ts'
import type { PredictionModel } from './prediction-model.ts'
import type { StoredPredictions } from './stored-predictions.ts'

/** Finds predictions and their labels: in memory first, then in the log, then in the lake. */
export interface PredictionLookup {
  /** @throws CodedError `INVALID_ID`, and what the lake throws. */
  byId(id: string): Promise<PredictionModel | null>
  /** Without the lake: streams read ahead of whom a look into it would hold up. */
  find(id: PredictionId): Promise<PredictionModel | null>
  /** Only what is in memory. */
  recent(id: PredictionId): PredictionModel | null
  label(prediction: PredictionModel): Promise<number | null>
  /** Keeps an answer to `predict` for a while, so that its id resolves. */
  keep(prediction: PredictionModel): void
}

/** Label records searched per partition: labels come soon after their prediction. */
const LABEL_SEARCH = 5000
const TRANSIENT_CAPACITY = 1000
/** Outcomes of one record whose labels are noted with predictions in memory. */
const MOST_NOTED = 100

export function createPredictionLookup({
  useCases,
  feeds,
  outcomes,
  sessions,
  log,
  stored = null,
}: {
  useCases: readonly UseCase[]
  feeds: ReadonlyMap<string, PredictionFeed>
  outcomes: ReadonlyMap<string, OutcomeFeed>
  sessions: Sessions
  log: EventLog
  /** Null where there is no lake. */
  stored?: StoredPredictions | null
}): PredictionLookup {
  const transient = new Map<string, PredictionModel>()

  // An outcome is remembered with the prediction while that is in memory.
  for (const [useCase, feed] of outcomes) {
    feed.listen(({ outcomes }) => {
      if (!outcomes) return
      const { session, rows } = outcomes
      const ring = feeds.get(useCase)?.ring
      // A backlog's worth of outcomes is not worth a search each; they resolve from the log.
      for (const [seq, label] of rows.slice(-MOST_NOTED)) {
        const entry = ring?.find(session, seq)
        if (entry) entry.label = label
      }
    })
  }

  function recent(id: PredictionId): PredictionModel | null {
    const entry = feeds.get(id.useCase)?.ring.find(id.session, id.seq)
    if (!entry?.record) return null
    return {
      id: encodePredictionId(id),
      record: entry.record,
      cursor: null,
      ...(entry.label !== undefined && { label: entry.label }),
    }
  }

  async function find(id: PredictionId): Promise<PredictionModel | null> {
    const feed = feeds.get(id.useCase)
    if (!feed) return null
    const inMemory = recent(id)
    if (inMemory) return inMemory
    const view = sessions.get(id.session)
    if (!view || view.record.useCase !== id.useCase) return null
    const record = await feed.index.find(view.record, id.seq)
    return record && { id: encodePredictionId(id), record, cursor: null }
  }

  return {
    find,
    recent,
    async byId(id) {
      const known = transient.get(id)
      if (known) return known
      const wanted = decodePredictionId(id)
      const found = await find(wanted)
      if (found || !stored) return found
      const record = await stored.records.find(wanted)
      return record && { id, record, cursor: null, fromLake: true }
    },
    async label(prediction) {
      if (prediction.label !== undefined) return prediction.label
      const { record, transient: isTransient } = prediction
      const useCase = useCases.find(({ id }) => id === record.useCase)
      if (!useCase?.label || isTransient) return null
      const inside = record.event[useCase.label.field]
      if (typeof inside === 'number') return inside
      const entry = feeds.get(record.useCase)?.ring.find(record.session, record.seq)
      if (entry?.label !== undefined) return entry.label
      // A label follows its prediction: of one that the log has the label is there, too, if it is anywhere.
      if (prediction.fromLake && stored) return stored.labels.find(record)
      return labelInLog(useCase, record.eventId, record.labels)
    },
    keep(prediction) {
      transient.set(prediction.id, prediction)
      if (transient.size > TRANSIENT_CAPACITY) transient.delete(transient.keys().next().value as string)
    },
  }

  async function labelInLog(
    useCase: UseCase,
    eventId: string,
    from: readonly number[],
  ): Promise<number | null> {
    const to = from.map(offset => offset + LABEL_SEARCH)
    // Text beyond plain characters may stand in JSON in several ways: then every record is parsed.
    const bytes = Buffer.from(/^[\w-]*$/.test(eventId) ? eventId : '')
    for await (const { records } of log.read(topicsOf(useCase).labels, { from, to })) {
      for (const { value } of records) {
        // Most records are about other events and not worth parsing.
        if (!Buffer.from(value.buffer, value.byteOffset, value.length).includes(bytes)) continue
        const label = parseLabelRecord(value)
        if (label.ok && label.eventId === eventId) return label.label
      }
    }
    return null
  }
}
