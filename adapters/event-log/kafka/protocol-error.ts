import { ERROR_CODES } from './kafkajs-internals.ts'

/** An error code in a broker's answer. */
export interface ProtocolError extends Error {
  readonly name: 'KafkaProtocolError'
  /** The protocol's name for it, such as `NOT_LEADER_FOR_PARTITION`. */
  readonly type: string
  readonly retriable: boolean
}

/** Codes that kafkajs does not list (org.apache.kafka.common.protocol.Errors). */
const LATER_CODES = [
  { code: 89, type: 'THROTTLING_QUOTA_EXCEEDED', retriable: true, message: 'The quota has been exceeded' },
  {
    code: 90,
    type: 'PRODUCER_FENCED',
    retriable: false,
    message: 'A newer producer has the transactional id',
  },
  {
    code: 120,
    type: 'TRANSACTION_ABORTABLE',
    retriable: false,
    message: 'The transaction has to be aborted',
  },
]
const BY_CODE = new Map([...ERROR_CODES, ...LATER_CODES].map(entry => [entry.code, entry]))
/** What kafkajs takes for final, although a broker that starts or stops says it and the next attempt may succeed. */
const PASSING = new Set([
  'BROKER_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'NOT_CONTROLLER',
  'CONCURRENT_TRANSACTIONS',
  'KAFKA_STORAGE_ERROR',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
])

export const protocolError = (code: number): ProtocolError => {
  const { type, message, retriable } = BY_CODE.get(code) ?? {
    type: `CODE_${code}`,
    message: `The broker answered with error code ${code}`,
    retriable: false,
  }
  return Object.assign(new Error(`${type}: ${message}.`), {
    name: 'KafkaProtocolError' as const,
    type,
    retriable: retriable || PASSING.has(type),
  })
}

/** The protocol's name of whatever went wrong, ours or kafkajs's; undefined where no broker said anything. */
export const errorType = (error: unknown): string | undefined =>
  error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : undefined
