import { availableParallelism } from 'node:os'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalFiles } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import type { RunSummary, SqlEngine, SqlRelation, SqlRequest } from '#ports/sql-engine.ts'
import { askWorker } from './duckdb/ask-worker.ts'
import { createAsker } from './duckdb/create-asker.ts'
import { createBoundedMap } from './duckdb/bounded-map.ts'
import { divideMemory } from './duckdb/divide-memory.ts'
import { executeInLane } from './duckdb/execute-in-lane.ts'
import { createLane } from './duckdb/lane.ts'
import type { RunSink } from './duckdb/open-run.ts'
import { openWorkFolder } from './duckdb/open-work-folder.ts'
import { openRun } from './duckdb/open-run.ts'
import { checkedRelation, emptyRelation, localRelations, planFiles } from './duckdb/plan-files.ts'
import type { FilePlan } from './duckdb/plan-files.ts'
import type { CheckResult } from './duckdb/worker-protocol.ts'

export interface SqlEngineOptions {
  /** Where it keeps what statements spill; what a process that was killed has left there is removed. */
  workDirectory: string
  /** Of all its processes together. */
  memoryMb?: number
  /** Of one statement. */
  threads?: number
  /** Heavy statements at once. */
  concurrency?: number
  /** Most statements that wait, of each kind. */
  queue?: number
  /** Milliseconds without a statement after which its processes end. */
  idleMs?: number
  onNotice?: (notice: string) => void
}

/** Quick statements at once. */
const QUICK_SLOTS = 4
/** A statement that reads more is heavy from its start. */
const QUICK_BYTES = 16 * 2 ** 20
/** One that runs longer is heavy after all. */
const QUICK_MS = 1000
const SANDBOXES = 8
/** Statements whose check, or whose weight, is remembered. */
const REMEMBERED = 500
/** Characters of a statement and its relations. */
const LONGEST_KEPT = 50_000

/**
 * SQL by DuckDB in processes of its own, started with the first statement: one for quick statements, and one for each heavy one
 * that runs at a time, with low priority. What DuckDB is told to run has been parsed by DuckDB and found to name nothing but allowed
 * functions and the relations given (docs/decisions/2026-11-23-untrusted-sql.md).
 */
export async function openSqlEngine({
  workDirectory,
  memoryMb = 512,
  threads = availableParallelism(),
  concurrency = memoryMb < 1024 ? 1 : 2,
  queue = 64,
  idleMs = 180_000,
  onNotice = () => {},
}: SqlEngineOptions): Promise<SqlEngine> {
  const directory = await openWorkFolder(workDirectory)
  const memory = divideMemory(memoryMb, concurrency)
  const common = { directory, queue, idleMs }
  const quick = createLane({
    ...common,
    processes: 1,
    slots: QUICK_SLOTS,
    memoryBytes: memory.quick.processBytes,
    settings: { memoryMb: memory.quick.duckdbMb, threads, sandboxes: SANDBOXES, lowPriority: false },
  })
  const heavy = createLane({
    ...common,
    processes: concurrency,
    slots: 1,
    memoryBytes: memory.heavy.processBytes,
    settings: { memoryMb: memory.heavy.duckdbMb, threads, sandboxes: 2, lowPriority: true },
  })
  const knownHeavy = createBoundedMap<true>(REMEMBERED)
  /** By everything that the answer depends on. */
  const checks = createBoundedMap<CheckResult>(REMEMBERED)
  const asker = createAsker(quick, { queue })
  let sequence = 0

  const check = async (
    statement: string,
    relations: readonly SqlRelation[],
    params: SqlRequest['params'] = [],
    signal?: AbortSignal,
  ): Promise<CheckResult> => {
    const request = { statement, relations: relations.map(checkedRelation), params }
    const key = JSON.stringify(request)
    const known = checks.get(key)
    if (known !== undefined) return known
    const answer = await asker.ask(id => ({ kind: 'check', id, ...request }), 'checked', signal)
    if (key.length <= LONGEST_KEPT) checks.set(key, answer.result)
    return answer.result
  }

  const execute = async (request: SqlRequest, sink: RunSink): Promise<RunSummary> => {
    const askedAt = performance.now()
    const found = await check(request.statement, request.relations, request.params, sink.signal)
    const plan = planFiles(request.relations, found)
    sink.signal.throwIfAborted()
    const run = `run-${++sequence}`
    const tails: string[] = []
    let locals: readonly LocalFiles[] = []
    try {
      const local = await localRelations(plan, relation => writeTail(relation, directory, run, tails))
      locals = local.locals
      const { relations } = local
      const preparedMs = performance.now() - askedAt
      const attempt = { request, sandbox: { relations } }
      const isHeavy =
        found.unbounded || plan.bytes > QUICK_BYTES || knownHeavy.get(request.statement) === true
      const first = isHeavy
        ? null
        : await executeInLane(
            quick,
            { ...attempt, id: `${run}-quick`, timeoutMs: request.timeoutMs, moveAfterMs: QUICK_MS },
            sink,
          )
      if (first?.kind === 'done') return summaryOf(plan, first, preparedMs, 0)
      if (first?.heavy === true) {
        knownHeavy.set(request.statement, true)
        onNotice('A statement that looked quick was not; from now on it waits with the heavy ones.')
      }
      let spentMs = first?.elapsedMs ?? 0
      let waitedMs = preparedMs + (first?.queuedMs ?? 0)
      const inHeavy = (repeatable: boolean) =>
        executeInLane(
          heavy,
          {
            ...attempt,
            id: `${run}-heavy${repeatable ? '' : '-again'}`,
            timeoutMs: Math.max(1, request.timeoutMs - spentMs),
            repeatable,
          },
          sink,
        )
      // What others left behind in a process may be what it lacks: the second time it has a new one.
      let last = await inHeavy(true)
      if (last.kind === 'moved') {
        spentMs += last.elapsedMs
        waitedMs += last.queuedMs
        last = await inHeavy(false)
      }
      if (last.kind === 'moved') throw new Error('A heavy statement has nowhere to move.')
      return summaryOf(plan, last, waitedMs, spentMs)
    } finally {
      await Promise.all([
        ...locals.map(local => local[Symbol.asyncDispose]()),
        ...tails.map(path => rm(path, { force: true })),
      ])
    }
  }

  return {
    async validate(statement, relations, params = []) {
      const found = await check(statement, relations, params)
      const plan = planFiles(relations, found)
      const sandbox = {
        bindOnly: true,
        relations: plan.relations.map(({ relation }) => emptyRelation(relation)),
      }
      const bound = await asker.ask(id => ({ kind: 'bind', id, statement, sandbox, params }), 'bound')
      const { columns, shape } = bound
      return { columns, shape, relations: found.relations, bytesToScan: plan.bytes }
    },
    run: request => openRun(sink => execute(request, sink), request.signal),
    async writeParquet({ columns, rowsPath, path }) {
      const id = `parquet-${++sequence}`
      const slot = await heavy.acquire(AbortSignal.timeout(PARQUET_MS))
      await askWorker(slot, { kind: 'parquet', id, columns, rowsPath, path }, 'done', PARQUET_MS)
    },
    status() {
      const [a, b] = [quick.status(), heavy.status()]
      return {
        running: a.running + b.running,
        queued: a.queued + b.queued + asker.waiting(),
        memoryBytes: a.memoryBytes + b.memoryBytes,
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([quick[Symbol.asyncDispose](), heavy[Symbol.asyncDispose]()])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const PARQUET_MS = 120_000

async function writeTail(
  { tail, name }: SqlRelation,
  directory: string,
  run: string,
  written: string[],
): Promise<string | undefined> {
  if (tail === undefined || tail.length === 0) return undefined
  const path = join(directory, `${run}-${written.length}.ndjson`)
  written.push(path)
  try {
    await writeFile(path, tail)
    return path
  } catch (cause) {
    throw new PortError('STORAGE_FULL', `The newest rows of ${name} can't be laid aside for the statement.`, {
      cause,
    })
  }
}

function summaryOf(
  { bytes, files, skipped }: FilePlan,
  done: { rowCount: number; truncated: boolean; plan: string | null; queuedMs: number; elapsedMs: number },
  waitedMs: number,
  spentMs: number,
): RunSummary {
  return {
    rowCount: done.rowCount,
    truncated: done.truncated,
    elapsedMs: done.elapsedMs + spentMs,
    queuedMs: done.queuedMs + waitedMs,
    bytesScanned: bytes,
    filesScanned: files,
    filesSkipped: skipped,
    plan: done.plan,
  }
}
