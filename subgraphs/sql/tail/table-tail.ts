import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog, Gap, Offsets } from '#ports/event-log.ts'
import type { Snapshot } from '#ports/lake.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { OffsetRanges } from '../sink/offset-ranges.ts'
import { positionId } from '../sink/transaction-ids.ts'
import { createLatestRun } from './latest-run.ts'
import { readRows } from './read-rows.ts'
import type { PresentRows } from './present-rows.ts'
import { type RowChunk, withoutRows } from './row-chunk.ts'
import { createRowRing, type RowRing } from './row-ring.ts'
import type { TailOptions, TailRows, TailStatus, TailTable } from './tails.ts'

export interface TableTail extends AsyncDisposable {
  behind(snapshot: Pick<Snapshot, 'version' | 'transactions'>, options?: TailOptions): Promise<TailRows>
  since(from: Offsets, options?: TailOptions): Promise<TailRows>
  onRows(listener: () => void): Disposable
  noteSnapshot(snapshot: Pick<Snapshot, 'version' | 'transactions'>): void
  status(): TailStatus
}

export interface TailLimits {
  /** Of rows kept in memory per table. */
  ringBytes: number
  /** Of rows behind a snapshot. */
  maxBytes: number
  maxRecords: number
  /** Milliseconds without use after which nothing is kept and nobody listens. */
  idleMs: number
}

const RESTART_MS = 1000

/**
 * The tail of one table: a ring of its newest rows that a follower of the topic feeds while the table is in use. What was appended
 * before a call and has not come yet is read by the call itself, and so is what the ring no longer has.
 */
export function createTableTail({
  log,
  table: { topic, spec, rowOf },
  limits: { ringBytes, maxBytes, maxRecords, idleMs },
  presentRows = async () => null,
  notice,
}: {
  log: EventLog
  table: TailTable
  limits: TailLimits
  /** Default: nobody but the sink writes. */
  presentRows?: PresentRows | undefined
  notice: (level: 'info' | 'warn', message: string) => void
}): TableTail {
  const closed = new AbortController()
  const listeners = new Set<() => void>()
  let ring: RowRing | null = null
  let follower: { stop: AbortController; ended: Promise<void> } | null = null
  let idle: NodeJS.Timeout | undefined
  /** Positions of the newest two versions seen. Rows before the older one are of no use to anybody. */
  let seen: { version: number; positions: Offsets }[] = []

  /** Brings the ring to the end of the log as it is at the call. */
  const catchUp = createLatestRun(async (): Promise<RowRing> => {
    const [info] = await log.topics([topic])
    const ends = info?.partitions.map(({ end }) => end) ?? []
    ring ??= createRowRing({ positions: ends, rowOf, maxBytes: ringBytes })
    const current = ring
    const behind = ends.some((end, partition) => end > (current.positions[partition] ?? 0))
    if (!behind) return current
    const from = ends.map((_, partition) => current.positions[partition] ?? 0)
    current.advance(from)
    const range = { from, to: ends, signal: closed.signal }
    for await (const { records, gaps } of log.read(topic, range)) {
      tellGaps(gaps)
      current.take(records)
    }
    closed.signal.throwIfAborted()
    current.advance(ends)
    return current
  })

  function tellGaps(gaps: readonly Gap[]): void {
    for (const { partition, from, to } of gaps) {
      notice(
        'warn',
        `${topic} ${partition}: retention has taken offsets ${from} to ${to} before ${spec.name} had them.`,
      )
    }
  }

  async function follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const current = await catchUp()
        for (const listener of listeners) listener()
        for await (const { records, gaps } of log.follow(topic, { from: [...current.positions], signal })) {
          tellGaps(gaps)
          if (current.take(records)) for (const listener of listeners) listener()
        }
      } catch (error) {
        if (signal.aborted) return
        notice('warn', `The tail of ${spec.name} begins anew: ${(error as Error).message}`)
        await sleep(RESTART_MS, undefined, { signal, ref: false }).catch(() => {})
      }
    }
  }

  function use(): void {
    closed.signal.throwIfAborted()
    clearTimeout(idle)
    idle = setTimeout(rest, idleMs)
    idle.unref()
    if (follower) return
    const stop = new AbortController()
    follower = { stop, ended: follow(stop.signal) }
  }

  function rest(): void {
    if (listeners.size > 0) return
    follower?.stop.abort()
    follower = null
    ring = null
    seen = []
  }

  async function since(
    from: Offsets,
    { signal }: TailOptions = {},
    present: readonly OffsetRanges[] | null = null,
  ): Promise<TailRows> {
    use()
    const current = await catchUp()
    const records = current.positions.reduce((sum, end, p) => sum + Math.max(0, end - (from[p] ?? 0)), 0)
    if (records > maxRecords) throw tooLarge(`${records} records`, `${maxRecords}`)
    const older: RowChunk[] = []
    const reached = current.positions.map((end, partition) => Math.min(end, from[partition] ?? 0))
    const begin = [...reached]
    // While the log is read the ring may lose its oldest rows.
    for (let size = 0; reached.some((offset, p) => offset < (current.starts[p] as number)); ) {
      const to = reached.map((offset, p) => Math.max(offset, current.starts[p] as number))
      const options = { log, topic, from: reached, to, rowOf, signal: signal ?? closed.signal }
      for await (const { chunk, gaps } of readRows(options)) {
        tellGaps(gaps)
        if (!chunk) continue
        older.push(chunk)
        size += chunk.bytes.byteLength
        if (size > maxBytes) throw tooLarge(`more than ${size} bytes`, `${maxBytes} bytes`)
      }
      signal?.throwIfAborted()
      closed.signal.throwIfAborted()
      to.forEach((offset, p) => (reached[p] = offset))
    }
    const all = [...older, ...current.from(reached)]
    const wanted = present
      ? all.map(chunk => withoutRows(chunk, offset => present[chunk.partition]?.has(offset) ?? false))
      : all
    const result = collect(wanted, [...current.positions])
    if (result.sizeBytes > maxBytes) throw tooLarge(`${result.sizeBytes} bytes`, `${maxBytes} bytes`)
    const isWhole = begin.every((offset, p) => offset >= reached[p]! || reached[p] === current.starts[p])
    if (older.length > 0 && isWhole) current.prepend(older, begin)
    return result
  }

  function tooLarge(given: string, wanted: string): CodedError {
    return new CodedError(
      'SQL_TAIL_TOO_LARGE',
      `The log has ${given} of ${topic} that the table ${spec.name} does not have yet, at most ${wanted} can be read along. Ask without LIVE until the sink has caught up.`,
    )
  }

  function noteSnapshot({ version, transactions }: Pick<Snapshot, 'version' | 'transactions'>): void {
    if (seen.some(known => known.version >= version)) return
    const positions = (ring?.positions ?? []).map(
      (_, p) => (transactions.get(positionId(topic, p)) ?? -1) + 1,
    )
    seen = [...seen, { version, positions }].slice(-2)
    if (seen.length === 2) ring?.trim(seen[0]!.positions)
  }

  return {
    since: (from, options) => since(from, options),
    noteSnapshot,
    async behind(snapshot, options) {
      const { transactions } = snapshot
      const partitions = (await log.topics([topic]))[0]?.partitions ?? []
      const present = await presentRows(snapshot, partitions.length)
      const positions = partitions.map(({ partition, start }) => {
        const last = transactions.get(positionId(topic, partition)) ?? start - 1
        return (present?.[partition]?.endAfter(last) ?? last) + 1
      })
      noteSnapshot(snapshot)
      return await since(positions, options, present)
    },
    onRows(listener) {
      const own = () => listener()
      listeners.add(own)
      use()
      return {
        [Symbol.dispose]() {
          if (listeners.delete(own) && !closed.signal.aborted) use()
        },
      }
    },
    status: () => ({ table: spec.name, sizeBytes: ring?.sizeBytes ?? 0, listeners: listeners.size }),
    async [Symbol.asyncDispose]() {
      closed.abort(new CodedError('SQL_CLOSED', `The tail of ${spec.name} is closed.`))
      clearTimeout(idle)
      listeners.clear()
      const ended = follower?.ended
      rest()
      await ended
    },
  }
}

function collect(chunks: readonly RowChunk[], positions: Offsets): TailRows {
  const filled = chunks.filter(({ offsets }) => offsets.length > 0)
  let oldestAt: number | null = null
  for (const { timestamps } of filled) {
    for (const timestamp of timestamps) if (oldestAt === null || timestamp < oldestAt) oldestAt = timestamp
  }
  return {
    rows: filled.map(({ bytes }) => bytes),
    rowCount: filled.reduce((sum, { offsets }) => sum + offsets.length, 0),
    sizeBytes: filled.reduce((sum, { bytes }) => sum + bytes.byteLength, 0),
    positions,
    oldestAt,
  }
}
