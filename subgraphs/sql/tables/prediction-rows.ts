import type { Column } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { lineageText } from './lineage.ts'
import { recordText } from './record-text.ts'
import type { RowReader } from './row-reading.ts'
import { unstorableText } from './unstorable-text.ts'
import { instantText, isStorable } from './utc-text.ts'

type Json = Readonly<Record<string, unknown>>

const DETAIL_COLUMNS: Readonly<Record<UseCase['task'], readonly Column[]>> = {
  classification: [
    { name: 'flagged', type: 'boolean', nullable: true, comment: 'Whether the score reached the threshold.' },
    { name: 'threshold', type: 'double', nullable: true, comment: 'The threshold in force.' },
  ],
  regression: [
    {
      name: 'expected_error',
      type: 'double',
      nullable: true,
      comment: 'Running mean absolute error before it; null before the first label.',
    },
  ],
  clustering: [
    { name: 'cluster', type: 'integer', nullable: true, comment: 'The cluster of the running group.' },
    { name: 'group_id', type: 'string', nullable: true, comment: 'The group that the event belongs to.' },
    { name: 'group_events', type: 'long', nullable: true, comment: 'Events of the group so far.' },
  ],
}

export function predictionColumns({ task }: UseCase): readonly Column[] {
  return [
    { name: 'session', type: 'string', nullable: true, comment: 'Training session that predicted.' },
    { name: 'seq', type: 'long', nullable: true, comment: '0, 1, 2 … within the session.' },
    { name: 'source_partition', type: 'integer', nullable: true, comment: 'Partition of the event.' },
    { name: 'source_offset', type: 'long', nullable: true, comment: 'Offset of the event.' },
    { name: 'event_id', type: 'string', nullable: true, comment: 'The event that was judged.' },
    { name: 'event_time', type: 'timestamp', nullable: true, comment: 'When the event happened.' },
    { name: 'predicted_at', type: 'timestamp', nullable: true, comment: 'When the prediction was made.' },
    {
      name: 'latency_ms',
      type: 'double',
      nullable: true,
      comment: 'From the append of the event to the prediction.',
    },
    {
      name: 'score',
      type: 'double',
      nullable: true,
      comment: 'Probability, seconds or confidence, by task.',
    },
    ...DETAIL_COLUMNS[task],
    { name: 'model_version', type: 'long', nullable: true, comment: 'Learned examples behind the model.' },
    { name: 'record', type: 'string', nullable: true, comment: 'The whole record as JSON, with its event.' },
  ]
}

/** Reads the predictions of an order log. Its records of labels are no predictions, and no rows. */
export function createPredictionRows({ id, task }: UseCase): RowReader {
  const refuse = (problem: string) => ({
    ok: false as const,
    code: 'INVALID_PREDICTION',
    message: `${id} prediction refused: ${problem}.`,
  })
  return record => {
    const text = recordText(record.value)
    if (text === null) return refuse('the record is not UTF-8')
    const given = parseObject(text)
    if (given === null) return refuse('the record is no JSON object')
    if (given['kind'] === 'labels') return null
    const wrong = wrongMember(given)
    if (wrong)
      return refuse(`"${wrong}" is ${shorten(given[wrong])}, which is not what a prediction has there`)
    const eventMs = given['eventTime'] as number
    const at = given['at'] as number
    if (!isStorable(eventMs) || !isStorable(at)) {
      const message = `${id} prediction: its times are ${eventMs} and ${at} ms, wanted dates of the years 1 to 9999 in UTC.`
      return { ok: false, code: 'TIME_OUT_OF_RANGE', message }
    }
    const event_time = instantText(eventMs)
    const json = JSON.stringify({
      session: given['session'],
      seq: given['seq'],
      source_partition: given['partition'],
      source_offset: given['offset'],
      event_id: given['eventId'],
      event_time,
      predicted_at: instantText(at),
      latency_ms: given['latencyMs'],
      score: given['score'],
      ...detailOf(task, given['detail'] as Json),
      model_version: given['modelVersion'],
      record: text,
    })
    const lineage = lineageText(record, { text: event_time, ms: eventMs })
    return unstorableText(json) ?? { ok: true, text: `${json.slice(0, -1)},${lineage}`, rows: 1 }
  }
}

function detailOf(task: UseCase['task'], detail: Json): Json {
  if (task === 'classification')
    return { flagged: flag(detail['flagged']), threshold: finite(detail['threshold']) }
  if (task === 'regression') return { expected_error: finite(detail['expectedError']) }
  const { cluster, group, groupEvents } = detail
  return {
    cluster: isInt32(cluster) ? cluster : null,
    group_id: typeof group === 'string' ? group : null,
    group_events: whole(groupEvents),
  }
}

/** The first member that is not of its type; null if all are. */
function wrongMember(given: Json): string | null {
  const { kind, session, eventId, detail } = given
  if (kind !== 'prediction') return 'kind'
  if (typeof session !== 'string' || session === '') return 'session'
  if (typeof eventId !== 'string') return 'eventId'
  if (typeof detail !== 'object' || detail === null) return 'detail'
  if (!isInt32(given['partition'])) return 'partition'
  for (const name of ['seq', 'offset', 'modelVersion']) if (!Number.isSafeInteger(given[name])) return name
  for (const name of ['at', 'eventTime', 'latencyMs', 'score']) if (!Number.isFinite(given[name])) return name
  return null
}

function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
  } catch {
    return null
  }
}

const isInt32 = (value: unknown) => Number.isInteger(value) && ((value as number) | 0) === value
const finite = (value: unknown) => (Number.isFinite(value) ? (value as number) : null)
const whole = (value: unknown) => (Number.isSafeInteger(value) ? (value as number) : null)
const flag = (value: unknown) => (typeof value === 'boolean' ? value : null)

function shorten(value: unknown): string {
  const text = value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
