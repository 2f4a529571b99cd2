import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { bindableShape } from './bindable-shape.ts'
import { checkParams, paramsByIdentifier } from './bind-params.ts'
import { checkStatement } from './check-statement.ts'
import { cleanError } from './clean-error.ts'
import { findConditions } from './find-conditions.ts'
import { openSandbox, type Sandbox } from './open-sandbox.ts'
import { parseStatement } from './parse-statement.ts'
import { boundColumns } from './bound-columns.ts'
import { prepareStatement } from './prepare-statement.ts'
import { runJob } from './run-job.ts'
import { createSandboxPool } from './sandbox-pool.ts'
import { statementShape } from './statement-shape.ts'
import type { CheckResult, WorkerAnswer, WorkerRequest, WorkerSettings } from './worker-protocol.ts'
import { WINDOW } from './worker-protocol.ts'
import { writeParquet } from './write-parquet.ts'

// A process of the engine: DuckDB runs only here. It ends with its parent, whatever that dies of.

/** How long statements may take to notice that they were interrupted. */
const END_MS = 1000
const NICENESS = 10
const NAG_MS = 10

interface Job {
  stopped: boolean
  credits: number
  interrupt: (() => void) | null
  wake: (() => void) | null
  nag: NodeJS.Timeout | null
}

const settings = JSON.parse(process.argv[2] ?? 'null') as WorkerSettings
const pool = createSandboxPool(settings)
const jobs = new Map<string, Job>()
/** One for all checks: they only parse. */
let checks: Promise<Sandbox> | null = null

if (settings.lowPriority) lowerPriority()
process.on('message', message => void handle(message as WorkerRequest))
process.on('disconnect', () => void end())
if (process.platform !== 'linux')
  setInterval(() => send({ kind: 'memory', bytes: process.memoryUsage.rss() }), 100).unref()
send({ kind: 'ready' })

async function handle(request: WorkerRequest): Promise<void> {
  if (request.kind === 'more' || request.kind === 'stop') return control(request)
  const job: Job = { stopped: false, credits: WINDOW, interrupt: null, wake: null, nag: null }
  jobs.set(request.id, job)
  try {
    await work(request, job)
  } catch (error) {
    const statement = 'statement' in request ? request.statement : ''
    send({ kind: 'failed', id: request.id, error: cleanError(error, statement) })
  } finally {
    jobs.delete(request.id)
    if (job.nag !== null) clearInterval(job.nag)
  }
}

function control(request: Extract<WorkerRequest, { kind: 'more' | 'stop' }>): void {
  const job = jobs.get(request.id)
  if (job === undefined) return
  if (request.kind === 'more') job.credits += request.batches
  else stop(job)
  job.wake?.()
}

/** Again and again, since a statement that is about to start takes no notice. */
function stop(job: Job): void {
  job.stopped = true
  job.interrupt?.()
  job.nag ??= setInterval(() => job.interrupt?.(), NAG_MS)
}

async function work(request: Exclude<WorkerRequest, { kind: 'more' | 'stop' }>, job: Job): Promise<void> {
  switch (request.kind) {
    case 'check':
      return send({ kind: 'checked', id: request.id, result: await check(request) })
    case 'bind':
      return bind(request, job)
    case 'parquet':
      await writeParquet(request.columns, request.rowsPath, request.path, settings)
      return send({ kind: 'done', id: request.id, rowCount: 0, truncated: false, plan: null })
    case 'run':
      return runJob(
        request,
        pool,
        {
          async mayBatch() {
            while (job.credits === 0 && !job.stopped) {
              const { promise, resolve } = Promise.withResolvers<void>()
              job.wake = resolve
              await promise
            }
            job.credits -= 1
            return !job.stopped
          },
          interruptible: interrupt => setInterrupt(job, interrupt),
        },
        send,
      )
  }
}

async function check({
  statement,
  relations,
  params,
}: Extract<WorkerRequest, { kind: 'check' }>): Promise<CheckResult> {
  checks ??= openSandbox({ relations: [], bindOnly: true }, settings)
  const sandbox = await checks.catch(error => {
    checks = null
    throw error
  })
  const connection = await sandbox.connect()
  try {
    const tree = await parseStatement(connection, statement)
    const use = checkStatement(
      statement,
      tree,
      relations.map(({ name }) => name),
    )
    const values = paramsByIdentifier(params)
    checkParams(use.parameters, values)
    const used = relations.filter(({ name }) => use.relations.includes(name))
    return {
      relations: use.relations,
      unbounded: use.unbounded,
      conditions: Object.fromEntries(
        used.map(relation => [relation.name, findConditions(tree, relation, values)]),
      ),
    }
  } finally {
    connection.closeSync()
  }
}

async function bind(request: Extract<WorkerRequest, { kind: 'bind' }>, job: Job): Promise<void> {
  await using sandbox = await pool.take(request.sandbox)
  const connection = await sandbox.connect()
  setInterrupt(job, () => connection.interrupt())
  try {
    const names = request.sandbox.relations.map(({ name }) => name)
    const prepared = await prepareStatement(connection, request.statement, names, request.params)
    const columns = await boundColumns(connection, prepared, request)
    prepared.destroySync()
    send({
      kind: 'bound',
      id: request.id,
      columns,
      shape: await bindableShape(
        connection,
        await statementShape(connection, request.statement),
        columns,
        request.params,
      ),
    })
  } finally {
    setInterrupt(job, null)
    connection.closeSync()
  }
}

function setInterrupt(job: Job, interrupt: (() => void) | null): void {
  job.interrupt = interrupt
  if (job.stopped) interrupt?.()
}

function send(answer: WorkerAnswer): void {
  if (process.connected) process.send?.(answer)
}

async function end(): Promise<void> {
  for (const job of jobs.values()) {
    stop(job)
    job.wake?.()
  }
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), END_MS).unref()
  await rm(settings.tempDirectory, { recursive: true, force: true }).catch(() => {})
  process.kill(process.pid, 'SIGKILL')
}

/** On Linux a priority belongs to a thread, and new ones inherit it. */
function lowerPriority(): void {
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0]
  for (const thread of threads) {
    try {
      setPriority(thread, NICENESS)
    } catch {
      // A thread may have ended; where priorities can't be set, all are equal.
    }
  }
}
