import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartCallName, ChartCalls, ChartRequest, DrawnChart } from './worker/protocol.ts'
import { type ChartWorker, startChartWorker } from './worker/start-chart-worker.ts'

export type { DrawnChart } from './worker/protocol.ts'

/** A run whose files are read only if no worker holds it. */
export interface ChartRun {
  readonly run: string
  /** By path of `RUN_FILES`; those that a run does not have are left out. */
  readonly files: () => Promise<ReadonlyMap<string, Uint8Array>>
  readonly signal?: AbortSignal | undefined
}

/** Threads that compute and draw charts, one at a time each. All calls reject with `CHART_TIMEOUT`, `CHART_QUEUE_FULL`,
 * `CHART_WORKER_LOST` or the signal's reason as well. */
export interface ChartWorkers extends AsyncDisposable {
  /** @throws CodedError `CHART_UNKNOWN`, `CHART_NOT_APPLICABLE`, `CHART_DATA_MISSING`, `BAD_USER_INPUT`, `MODEL_CORRUPT`. */
  compute(request: ChartRun & { kind: string; options?: unknown }): Promise<DrawnChart>
  svg(request: ChartCalls['svg']['body'] & { signal?: AbortSignal | undefined }): Promise<string>
  clusterCounts(request: ChartRun): Promise<ChartCalls['clusterCounts']['reply']>
  /** @throws CodedError `BAD_USER_INPUT`. */
  clusterProfiles(
    request: ChartRun & { feature: string; top?: number },
  ): Promise<ChartCalls['clusterProfiles']['reply']>
}

interface Options {
  /** Most threads. */
  size?: number
  /** A thread without work ends after so long; it holds parsed runs until then. */
  idleMs?: number
  /** A thread that takes longer is ended. Waiting does not count. */
  timeLimitMs?: number
  /** Most requests that wait. */
  queue?: number
  /** What a thread runs. */
  entry?: URL
}

interface Task {
  readonly request: Omit<ChartRequest, 'id' | 'files'>
  readonly files: ChartRun['files']
  readonly signal: AbortSignal | undefined
  readonly resolve: (body: never) => void
  readonly reject: (error: unknown) => void
}

interface Seat {
  readonly worker: ChartWorker
  isBusy: boolean
  idle: NodeJS.Timeout | undefined
}

/** Starts nothing before the first request. Disposing of it rejects what waits and ends the threads. */
export function openChartWorkers({
  size = 1,
  idleMs = 60_000,
  timeLimitMs = 60_000,
  queue = 32,
  entry,
}: Options = {}): ChartWorkers {
  const seats = new Set<Seat>()
  const waiting: Task[] = []
  let isClosed = false

  function call<Name extends ChartCallName>(
    name: Name,
    body: ChartCalls[Name]['body'],
    { run, files = noFiles, signal }: Partial<ChartRun>,
  ): Promise<ChartCalls[Name]['reply']> {
    if (isClosed) return Promise.reject(closed())
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (waiting.length >= queue) {
      return Promise.reject(
        new CodedError(
          'CHART_QUEUE_FULL',
          `${waiting.length} charts wait already, at most ${queue} wanted: ask later.`,
        ),
      )
    }
    const { promise, resolve, reject } = Promise.withResolvers<ChartCalls[Name]['reply']>()
    const task: Task = { request: { call: name, body, run: run ?? null }, files, signal, resolve, reject }
    const leave = () => {
      const place = waiting.indexOf(task)
      if (place >= 0) waiting.splice(place, 1)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', leave, { once: true })
    waiting.push(task)
    dispatch()
    return promise.finally(() => signal?.removeEventListener('abort', leave))
  }

  function dispatch(): void {
    while (waiting.length > 0) {
      const seat = seatFor(waiting[0] as Task)
      if (!seat) return
      void work(seat, waiting.shift() as Task)
    }
  }

  /** A free thread, rather one that holds the run. */
  function seatFor({ request: { run } }: Task): Seat | null {
    const free = [...seats].filter(({ isBusy }) => !isBusy)
    const holding = free.find(({ worker }) => run !== null && worker.runs.has(run))
    if (holding ?? free[0]) return holding ?? free[0] ?? null
    if (seats.size >= size) return null
    const worker = startChartWorker({ ...(entry ? { entry } : {}), onLost: () => seats.delete(seat) })
    const seat: Seat = { worker, isBusy: false, idle: undefined }
    seats.add(seat)
    return seat
  }

  async function work(seat: Seat, { request, files, resolve, reject }: Task): Promise<void> {
    const { worker } = seat
    seat.isBusy = true
    clearTimeout(seat.idle)
    const { promise: late, reject: expire } = Promise.withResolvers<never>()
    const limit = setTimeout(() => {
      // A computation can't be interrupted, only its thread ended.
      leave(seat)
      const seconds = timeLimitMs / 1000
      expire(
        new CodedError(
          'CHART_TIMEOUT',
          `The ${request.call} took longer than ${seconds} s: ask for a smaller sample.`,
        ),
      )
    }, timeLimitMs)
    try {
      resolve((await Promise.race([answerOf(worker, request, files), late])) as never)
    } catch (error) {
      reject(error)
    } finally {
      clearTimeout(limit)
      seat.isBusy = false
      if (seats.has(seat)) seat.idle = setTimeout(() => leave(seat), idleMs).unref()
      dispatch()
    }
  }

  function leave(seat: Seat): Promise<void> {
    clearTimeout(seat.idle)
    seats.delete(seat)
    return seat.worker.end()
  }

  return {
    compute: ({ kind, options = null, ...run }) => call('compute', { kind, options }, run),
    svg: ({ spec, theme, signal }) => call('svg', { spec, theme }, { signal }),
    clusterCounts: run => call('clusterCounts', null, run),
    clusterProfiles: ({ feature, top = 20, ...run }) => call('clusterProfiles', { feature, top }, run),
    async [Symbol.asyncDispose]() {
      isClosed = true
      for (const { reject } of waiting.splice(0)) reject(closed())
      await Promise.all([...seats].map(leave))
    },
  }
}

async function answerOf(
  worker: ChartWorker,
  request: Task['request'],
  files: Task['files'],
): Promise<unknown> {
  const isKnown = request.run === null || worker.runs.has(request.run)
  const reply = await worker.ask({ ...request, files: isKnown ? null : await files() })
  if (!('wantsFiles' in reply)) return reply.body
  // It has dropped the run for others since.
  const second = await worker.ask({ ...request, files: await files() })
  return 'body' in second ? second.body : null
}

const noFiles: ChartRun['files'] = () => Promise.resolve(new Map())
const closed = () =>
  new CodedError('CHART_WORKER_LOST', 'Charts are no longer computed: the subgraph is shutting down.')
