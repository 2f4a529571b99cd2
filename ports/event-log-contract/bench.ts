import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog, Gap, LogRecord, RecordBatch, TopicSpec } from '../event-log.ts'

export interface EventLogContract {
  name: string
  /** Opens a log; what other logs hold must not matter, since every test makes its own topics. */
  open: () => Promise<EventLog>
  /** Closes a log and opens it again on the same data; leave it out if the data ends with the log. */
  reopen?: (log: EventLog) => Promise<EventLog>
  features?: {
    /** Whether retention and compaction show within seconds; an engine that takes minutes skips those tests. */
    promptUpkeep?: boolean
    /** Least bytes that retention keeps or drops at a time; default 8 KiB. */
    segmentBytes?: number
    /** Milliseconds until a member that comes shows in all of its group; default 30. */
    rebalanceMs?: number
  }
}

/** What the specifications of the contract share. */
export interface Bench {
  contract: EventLogContract
  /** A test on a log of its own. */
  specification(title: string, run: (log: EventLog) => Promise<void>): void
  /** Time for a group to share its partitions anew. */
  rebalanced(): Promise<void>
  /** A test that needs what not every engine has; skipped with the reason if `has` is missing. */
  specificationIf(has: unknown, reason: string, title: string, run: (log: EventLog) => Promise<void>): void
}

const TIMEOUT_MS = 20_000

export const createBench = (contract: EventLogContract): Bench => ({
  contract,
  rebalanced: () => sleep(contract.features?.rebalanceMs ?? 30),
  specification(title, run) {
    it(title, { timeout: TIMEOUT_MS }, () => withLog(contract, run))
  },
  specificationIf(has, reason, title, run) {
    it(title, { timeout: TIMEOUT_MS, skip: has ? false : reason }, () => withLog(contract, run))
  },
})

const withLog = async ({ open }: EventLogContract, run: (log: EventLog) => Promise<void>) => {
  const log = await open()
  try {
    await run(log)
  } finally {
    await log[Symbol.asyncDispose]()
  }
}

let topicCount = 0

/** Creates a topic with a name that no other test uses, and returns the name. */
export const createTopic = async (log: EventLog, spec: Omit<TopicSpec, 'name'> = {}): Promise<string> => {
  topicCount += 1
  const name = `contract.${process.pid}.${Date.now()}.${topicCount}`
  await log.createTopics([{ name, ...spec }])
  return name
}

export const text = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes)
export const values = (records: readonly LogRecord[]): (string | null)[] =>
  records.map(({ value }) => text(value))
export const numbered = (count: number, from = 0): { value: string }[] =>
  Array.from({ length: count }, (_, i) => ({ value: String(from + i) }))

/** Everything that a bounded read yields. */
export const drain = async (
  batches: AsyncIterable<RecordBatch>,
): Promise<{ records: LogRecord[]; gaps: Gap[] }> => {
  const records: LogRecord[] = []
  const gaps: Gap[] = []
  for await (const batch of batches) {
    records.push(...batch.records)
    gaps.push(...batch.gaps)
  }
  return { records, gaps }
}

/** Reads on in the background; `records` grows while `done` is pending. */
export const collect = (
  batches: AsyncIterable<RecordBatch>,
  onBatch: (batch: RecordBatch) => void = () => {},
) => {
  const records: LogRecord[] = []
  const gaps: Gap[] = []
  const done = (async () => {
    for await (const batch of batches) {
      records.push(...batch.records)
      gaps.push(...batch.gaps)
      onBatch(batch)
    }
  })()
  return { records, gaps, done }
}

/** Waits until `check` holds; fails after 10 s with what was waited for. */
export const until = async (what: string, check: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 10_000
  while (!(await check())) {
    if (performance.now() > deadline) assert.fail(`Waited 10 s for ${what}.`)
    await sleep(2)
  }
}

/** Time for what must not happen to happen. */
export const settle = (): Promise<void> => sleep(30)

/** Bytes that begin with a text and go on with what no codec makes smaller; they differ by seed. */
export const noise = (prefix: string, length: number, seed: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  // xorshift32 (G. Marsaglia, 2003); a seed of 0 would stay 0.
  let state = (seed + 1) * 0x9e3779b1 || 1
  for (let i = 0; i < length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = state >>> 8
  }
  bytes.set(new TextEncoder().encode(prefix))
  return bytes
}
