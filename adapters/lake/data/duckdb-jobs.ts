import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { type DuckdbOptions, openDuckdb } from '../../duckdb/open-duckdb.ts'
import { PortError } from '#ports/port-error.ts'
import { serially } from '../../serially.ts'
import { isInvalidated } from './duckdb-failure.ts'

export interface DuckdbJobs extends AsyncDisposable {
  /** One job at a time, so that two of them never share the memory. */
  run: RunJob
  /** As `run`, for jobs of a few megabytes: they wait for one another, not for a large one, which may take seconds. */
  runSmall: RunJob
  /** A connection of one's own, beside the jobs. */
  connect(): Promise<DuckdbSession>
}

type RunJob = <T>(job: (connection: DuckDBConnection) => Promise<T>) => Promise<T>

/** Its disposal interrupts what it does, and ends after that. */
export interface DuckdbSession extends AsyncDisposable {
  /** One at a time. */
  during<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>
  interrupt(): void
}

/** DuckDB that starts with the first job. Disposal interrupts what runs, since a process would not end before it. */
export const createDuckdbJobs = (options: DuckdbOptions): DuckdbJobs => {
  let instance: Promise<DuckDBInstance> | null = null
  let closed = false
  const sessions = new Set<DuckdbSession>()

  const connect = async (): Promise<DuckdbSession> => {
    if (closed) throw closedError()
    instance ??= openDuckdb(options)
    const session = createSession(await (await instance).connect(), () => sessions.delete(session))
    sessions.add(session)
    return session
  }

  const large = serially()
  const small = serially()
  const runIn =
    (turn: typeof large): RunJob =>
    async job => {
      try {
        return await turn(async () => {
          await using session = await connect()
          return await session.during(job)
        })
      } catch (error) {
        // The next job opens another one; sessions of this one end by themselves.
        if (isInvalidated(error)) instance = null
        throw closed ? closedError(error) : error
      }
    }

  return {
    run: runIn(large),
    runSmall: runIn(small),
    connect,
    async [Symbol.asyncDispose]() {
      closed = true
      for (const session of sessions) session.interrupt()
      await Promise.all([...sessions].map(session => session[Symbol.asyncDispose]()))
      // Jobs that wait find the lake closed.
      await Promise.all([large(async () => {}), small(async () => {})])
      const opened = await instance?.catch(() => null)
      instance = null
      opened?.closeSync()
    },
  }
}

const createSession = (connection: DuckDBConnection, onClose: () => void): DuckdbSession => {
  let busy: Promise<unknown> = Promise.resolve()
  let closed = false
  return {
    async during(work) {
      if (closed) throw closedError()
      const result = work(connection)
      busy = result.catch(() => {})
      return await result
    },
    interrupt: () => {
      if (!closed) connection.interrupt()
    },
    async [Symbol.asyncDispose]() {
      if (closed) return
      connection.interrupt()
      // A connection that is closed under its work would take the process with it.
      await busy
      if (closed) return
      closed = true
      connection.closeSync()
      onClose()
    },
  }
}

const closedError = (cause?: unknown): PortError =>
  new PortError('LAKE_CLOSED', 'The lake is closed; open it again to use it.', { cause })
