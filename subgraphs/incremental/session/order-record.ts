import type { ModelChange } from './members/model-change.ts'

/**
 * Records of `<topic>.predictions`. Within a session's partition they are its order log: which source record came next,
 * and which labels had counted before it.
 */
export interface PredictionRecord {
  v: 1
  kind: 'prediction'
  useCase: string
  session: string
  /** 0, 1, 2 … within the session. */
  seq: number
  /** Source partition and offset of the event. */
  partition: number
  offset: number
  /** Next label offset per partition when this prediction was made. */
  labels: number[]
  /** Unix milliseconds at which it was made. */
  at: number
  /** Unix milliseconds at which the event says it happened. */
  eventTime: number
  /** From the event's append to `at`. */
  latencyMs: number
  eventId: string
  score: number
  detail: PredictionDetail
  /** Learned examples behind the model. */
  modelVersion: number
  /** Records skipped before it since the session began: rejected, duplicate. Absent while both are 0. */
  skipped?: [number, number]
  /** Next source offset per partition, this event included, where records were skipped since the one before. */
  source?: number[]
  /** Base and contributions of the columns to the score (log-odds for classification): float64, little endian, in base64. */
  explanation?: string
  /** Scores of the challengers for the same event, by name. */
  challengers?: Record<string, number>
  /** Windows of the event's entities as of just before it, by name; those that are missing are left out. Version 0.1 had none. */
  windows?: Record<string, number>
  event: Record<string, unknown>
}

/** Labels counted although no event followed yet; keeps their order reproducible. */
export interface LabelsRecord {
  v: 1
  kind: 'labels'
  session: string
  /** Sequence number that the next prediction gets. */
  seq: number
  labels: number[]
}

/** A change to the models of a session at a place in its order, or one that its test brought about. */
export interface ChangeRecord {
  v: 1
  kind: 'change'
  session: string
  /** Sequence number that the next prediction gets. */
  seq: number
  labels: number[]
  change: ModelChange
}

export type OrderRecord = PredictionRecord | LabelsRecord | ChangeRecord

export interface ClassificationDetail {
  flagged: boolean
  threshold: number
  /** How the threshold is chosen. Version 0.4 knew F2 only. */
  policy?: 'fbeta' | 'cost'
}

export interface RegressionDetail {
  expectedError: number | null
  /** Interval that is to cover the label with probability `coverage`; absent before there is one. */
  low?: number
  high?: number
  coverage?: number
}

export interface ClusteringDetail {
  cluster: number
  group: string
  groupEvents: number
}

export type PredictionDetail = ClassificationDetail | RegressionDetail | ClusteringDetail

/** The event's own text is embedded as it is, so the record costs no second serialisation of it. */
export function predictionText(
  record: Omit<
    PredictionRecord,
    'v' | 'kind' | 'event' | 'windows' | 'skipped' | 'source' | 'explanation' | 'challengers'
  > & {
    skipped?: PredictionRecord['skipped'] | undefined
    source?: PredictionRecord['source'] | undefined
    /** `windows` as JSON. */
    windowsText?: string | undefined
    explanation?: Float64Array | null | undefined
    challengers?: Readonly<Record<string, number>> | null | undefined
  },
  eventText: string,
): string {
  const {
    useCase,
    session,
    seq,
    partition,
    offset,
    labels,
    at,
    eventTime,
    latencyMs,
    eventId,
    score,
    detail,
    modelVersion,
    skipped,
    source,
    windowsText,
    explanation,
    challengers,
  } = record
  const skippedText = skipped ? `,"skipped":[${skipped[0]},${skipped[1]}]` : ''
  const sourceText = source ? `,"source":[${source}]` : ''
  const explanationText = explanation ? `,"explanation":"${numbersText(explanation)}"` : ''
  const others = challengers ? `,"challengers":${JSON.stringify(challengers)}` : ''
  const windows = windowsText ? `,"windows":${windowsText}` : ''
  return (
    `{"v":1,"kind":"prediction","useCase":"${useCase}","session":"${session}","seq":${seq},"partition":${partition},` +
    `"offset":${offset},"labels":[${labels}],"at":${at},"eventTime":${eventTime},"latencyMs":${latencyMs},` +
    `"eventId":${JSON.stringify(eventId)},"score":${score},"detail":${detailText(detail)},` +
    `"modelVersion":${modelVersion}${skippedText}${sourceText}${explanationText}${others}${windows},"event":${eventText}}`
  )
}

/** What `JSON.stringify` would say, without its search for what may be in an object. */
function detailText(detail: PredictionDetail): string {
  if ('flagged' in detail) {
    const { flagged, threshold, policy } = detail
    const policyText = policy ? `,"policy":"${policy}"` : ''
    return `{"flagged":${flagged},"threshold":${numberText(threshold)}${policyText}}`
  }
  if ('expectedError' in detail) {
    const { expectedError, low, high, coverage } = detail
    const interval = low === undefined ? '' : `,"low":${low},"high":${high},"coverage":${coverage}`
    return `{"expectedError":${numberText(expectedError)}${interval}}`
  }
  const { cluster, group, groupEvents } = detail
  return `{"cluster":${cluster},"group":${JSON.stringify(group)},"groupEvents":${groupEvents}}`
}

/** Numbers as they are, in a third of the time that their decimals would take. */
export function numbersText({ buffer, byteOffset, byteLength }: Float64Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}

/** What `numbersText` was given. */
export function numbersOf(text: string): Float64Array {
  return new Float64Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}

function numberText(value: number | null): string {
  return Number.isFinite(value) ? String(value) : 'null'
}

export function labelsText(record: Omit<LabelsRecord, 'v' | 'kind'>): string {
  return JSON.stringify({ v: 1, kind: 'labels', ...record })
}

export function changeText(record: Omit<ChangeRecord, 'v' | 'kind'>): string {
  return JSON.stringify({ v: 1, kind: 'change', ...record })
}

export function parseOrderRecord(value: Uint8Array): OrderRecord {
  return parseOrderText(new TextDecoder().decode(value))
}

/** The text of a record, as the lake keeps it. */
export function parseOrderText(text: string): OrderRecord {
  return JSON.parse(text) as OrderRecord
}
