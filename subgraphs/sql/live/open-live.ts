import { randomUUID } from 'node:crypto'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { AuditedStatement } from '../audit/audit-entry.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { outcomeOf, statementError } from '../statements/statement-error.ts'
import { auditName } from '../statements/table-use.ts'
import type { TableUse } from '../statements/table-use.ts'
import { type Computation, startComputation } from './computation.ts'
import { createLiveQuery, type LiveSources, type LiveStatement } from './live-query.ts'
import { type LiveRequest, readRequest } from './live-request.ts'
import { createLiveStream, type Lease } from './live-stream.ts'
import type { LiveUpdate } from './live-update.ts'
import { MOST_LIVE_BYTES } from './most-live-bytes.ts'

/** Statements whose results are kept up to date. */
export interface Live extends AsyncDisposable {
  /**
   * Begins a live statement; those who ask for the same share its work. What is wrong with it is thrown here, with a code.
   * @throws CodedError `SQL_LIVE_LIMIT`, `BAD_USER_INPUT`, `SQL_PARAMETER`, what `sql` throws.
   */
  open(request: LiveRequest): Promise<AsyncIterableIterator<LiveUpdate>>
  /** Whether a subscription of that id was there; it ends with `SQL_CANCELLED`. */
  cancel(id: string): boolean
  /** For metrics. */
  status(): { statements: number; subscribers: number }
}

export interface LiveOptions extends Omit<LiveSources, 'timeoutMs' | 'maxBytes'> {
  audit: AuditLog
  timeoutMs?: number
  maxBytes?: number
  /** Different statements at a time. */
  maxStatements?: number
  maxSubscribers?: number
  /** Milliseconds without rows after which the tables are looked at for what others wrote. */
  idleMs?: number
  notice?: (level: 'info' | 'warn', message: string) => void
}

interface Shared {
  computation: Promise<Computation>
  users: number
}

export function openLive({
  audit,
  timeoutMs = 30_000,
  maxBytes = MOST_LIVE_BYTES,
  maxStatements = 32,
  maxSubscribers = 500,
  idleMs,
  notice = () => {},
  ...sources
}: LiveOptions): Live {
  /** By what is asked; a computation that can't be joined any more is in `running` alone. */
  const byKey = new Map<string, Shared>()
  const running = new Set<Shared>()
  const streams = new Map<string, ReturnType<typeof createLiveStream>>()
  /** Ends on their way into the audit. */
  const concluding = new Set<Promise<void>>()
  let subscribers = 0

  type Admit = (tables: readonly TableUse[]) => Promise<void>

  async function acquire(statement: LiveStatement, id: string, admit: Admit): Promise<Lease> {
    const key = JSON.stringify([
      statement.statement,
      statement.useCase,
      statement.params ?? null,
      statement.limit,
    ])
    const known = byKey.get(key)
    if (known) {
      known.users++
      const computation = await known.computation.catch(() => null)
      if (computation?.query.result.since(null)) return leaseOf(known, computation, key)
      await release(known, key)
    }
    return await begin(statement, key, id, admit)
  }

  async function begin(statement: LiveStatement, key: string, id: string, admit: Admit): Promise<Lease> {
    if (running.size >= maxStatements) {
      throw new CodedError(
        'SQL_LIVE_LIMIT',
        `${running.size} live statements run here, which is the most; one has to end first.`,
      )
    }
    let isFirst = true
    const query = createLiveQuery(statement, {
      ...sources,
      timeoutMs,
      maxBytes,
      id,
      async admit(tables) {
        if (isFirst) await admit(tables)
        isFirst = false
      },
    })
    const computation = startComputation({ query, tails: sources.tails, idleMs, notice })
    const shared = { computation, users: 1 }
    running.add(shared)
    byKey.set(key, shared)
    try {
      return leaseOf(shared, await computation, key)
    } catch (error) {
      await release(shared, key)
      throw error
    }
  }

  function leaseOf(shared: Shared, computation: Computation, key: string): Lease {
    let isReleased = false
    return {
      computation,
      async [Symbol.asyncDispose]() {
        if (isReleased) return
        isReleased = true
        await release(shared, key)
      },
    }
  }

  async function release(shared: Shared, key: string): Promise<void> {
    if (--shared.users > 0) return
    running.delete(shared)
    if (byKey.get(key) === shared) byKey.delete(key)
    const computation = await shared.computation.catch(() => null)
    await computation?.[Symbol.asyncDispose]()
  }

  return {
    async open({ signal, operation = null, ...request }) {
      const { statement, intervalMs } = readRequest(request)
      if (subscribers >= maxSubscribers) {
        throw new CodedError(
          'SQL_LIVE_LIMIT',
          `${subscribers} live subscriptions are open here, which is the most.`,
        )
      }
      subscribers++
      const id = randomUUID()
      const started = performance.now()
      const described = (tables: readonly TableUse[]): AuditedStatement => ({
        id,
        kind: 'live',
        useCase: statement.useCase,
        statement: statement.statement,
        params: statement.params,
        operation,
        tables: tables.map(auditName),
      })
      let audited: Awaited<ReturnType<AuditLog['begin']>> | null = null
      const admit = async (tables: readonly TableUse[]) => {
        audited ??= await audit.begin(described(tables))
      }
      const conclude = async (outcome: string, rowCount = 0, bytesScanned = 0) => {
        subscribers--
        streams.delete(id)
        const elapsedMs = Math.round(performance.now() - started)
        if (audited) await audited.end({ outcome, rowCount, bytesScanned, elapsedMs })
        else if (outcome !== 'SQL_AUDIT_UNAVAILABLE')
          await audit.refused(described([]), { outcome, elapsedMs })
      }
      try {
        const lease = await acquire(statement, id, admit)
        await admit(lease.computation.query.tables).catch(async (error: unknown) => {
          await lease[Symbol.asyncDispose]()
          throw error
        })
        const stream = createLiveStream({
          id,
          lease,
          intervalMs,
          signal,
          reopen: () => acquire(statement, id, async () => {}),
          onEnd({ failure, rowCount, bytesScanned }) {
            const written = conclude(failure ? outcomeOf(failure) : 'COMPLETE', rowCount, bytesScanned)
            concluding.add(written)
            void written.finally(() => concluding.delete(written))
          },
        })
        streams.set(id, stream)
        return clientErrors(stream, id)
      } catch (error) {
        await conclude(outcomeOf(error))
        throw statementError(error, id)
      }
    },
    cancel(id) {
      const stream = streams.get(id)
      stream?.end(new CodedError('SQL_CANCELLED', `The live statement ${id} was cancelled.`))
      return stream !== undefined
    },
    status: () => ({ statements: running.size, subscribers }),
    async [Symbol.asyncDispose]() {
      for (const stream of streams.values()) stream.end()
      await Promise.all(
        [...running].map(async ({ computation }) => {
          await (await computation.catch(() => null))?.[Symbol.asyncDispose]()
        }),
      )
      await Promise.all(concluding)
    },
  }
}

/** What ends a stream is told as for other statements. */
function clientErrors(
  stream: AsyncIterableIterator<LiveUpdate>,
  id: string,
): AsyncIterableIterator<LiveUpdate> {
  const iterator: AsyncIterableIterator<LiveUpdate> = {
    next: () =>
      stream.next().catch((error: unknown) => {
        throw statementError(error, id)
      }),
    return: () => stream.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}
