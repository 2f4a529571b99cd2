import { type BatchBuilder, createBatchBuilder, type ProducerIdentity } from './batch-builder.ts'

/** A batch from its first record to the broker's answer. */
export interface PendingBatch {
  readonly builder: BatchBuilder
  /** Milliseconds of `performance.now()`. */
  readonly created: number
  /** Once built: the same bytes for every attempt. */
  bytes: Buffer | null
  /** Whether identity and sequence are written into the bytes. */
  signed: boolean
  /** The offset of its first record. */
  readonly done: Promise<number>
  readonly resolve: (baseOffset: number) => void
  readonly reject: (error: Error) => void
}

/** One partition's batches in their order; the first may be under way. */
export interface ProducerLane {
  readonly topic: string
  readonly partition: number
  readonly queue: PendingBatch[]
  /** Null until the first batch, and after the broker has lost or cannot be sure of the sequence. */
  identity: ProducerIdentity | null
  /** Of the next record, within the identity. */
  sequence: number
  sending: boolean
  /** Not sent before; set after an error. */
  notBefore: number
  delayMs: number
  /** When brokers began to say that the topic is missing; 0 while they do not. */
  missingSince: number
}

export const FIRST_DELAY_MS = 10

export const createProducerLane = (topic: string, partition: number): ProducerLane => ({
  topic,
  partition,
  queue: [],
  identity: null,
  sequence: 0,
  sending: false,
  notBefore: 0,
  delayMs: FIRST_DELAY_MS,
  missingSince: 0,
})

export const createPendingBatch = (): PendingBatch => {
  const { promise: done, resolve, reject } = Promise.withResolvers<number>()
  // Whoever appended hears of it; nobody may have.
  done.catch(() => {})
  return {
    builder: createBatchBuilder(),
    created: performance.now(),
    bytes: null,
    signed: false,
    done,
    resolve,
    reject,
  }
}
