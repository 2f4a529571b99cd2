import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '#subgraphs/coded-error.ts'
import { createPageBudget, type PageBudget } from './page-budget.ts'
import { createResult, type Result } from './result.ts'
import { openSpool } from './spool.ts'

/** Results of this process, in files that nobody else can read. */
export interface ResultStore extends AsyncDisposable {
  /** What pages of results may take while they are answered. */
  readonly pages: PageBudget
  /** Takes the place of one of the same id. Makes room by forgetting the oldest that has ended. @throws CodedError `SQL_RESULTS_FULL` where all are still in use. */
  create(what: Pick<Result, 'id' | 'fingerprint' | 'statement'>): Promise<Result>
  /** Null once it is forgotten. Asking keeps it alive. */
  find(id: string): Result | null
  /** @throws CodedError `SQL_RESULTS_FULL`. */
  append(result: Result, rows: readonly (readonly unknown[])[]): Promise<void>
  /** Keeps a result until disposed. */
  hold(result: Result): Disposable
  /** A name for a file that is removed with the store, if not before. */
  scratchPath(ending: string): string
}

export interface ResultStoreOptions {
  /** Its content is removed. */
  directory: string
  maxResults?: number
  /** Of all results together. */
  maxBytes?: number
  /** Milliseconds that a result stays after it ended and was last asked for. */
  keepMs?: number
  now?: () => number
}

export async function openResultStore({
  directory,
  maxResults = 200,
  maxBytes = 512 * 1024 ** 2,
  keepMs = 300_000,
  now = Date.now,
}: ResultStoreOptions): Promise<ResultStore> {
  // Results of a process before this one can't be asked for any more.
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const results = new Map<string, Result>()
  const creating = new Set<string>()
  /** In whose place another has come, while they are still read. */
  const replaced = new Set<Result>()

  const isIdle = ({ ended, holds }: Result) => ended && holds === 0
  const bytes = () => [...results.values()].reduce((sum, { spool }) => sum + spool.sizeBytes, 0)

  async function remove(result: Result): Promise<void> {
    results.delete(result.id)
    await result.spool[Symbol.asyncDispose]()
  }

  /** Whether there was one to forget. */
  async function forgetOldest(): Promise<boolean> {
    const idle = [...results.values()].filter(isIdle).sort((a, b) => a.usedAt - b.usedAt)
    if (!idle[0]) return false
    await remove(idle[0])
    return true
  }

  const full = (what: string) =>
    new CodedError(
      'SQL_RESULTS_FULL',
      `Results of statements take all the room there is: ${what}; try again later.`,
    )

  const sweep = setInterval(
    () => {
      for (const result of results.values()) {
        if (isIdle(result) && now() - result.usedAt > keepMs) void remove(result).catch(() => {})
      }
    },
    Math.min(10_000, keepMs),
  ).unref()

  return {
    pages: createPageBudget(),
    async create(what) {
      creating.add(what.id)
      try {
        while (results.size + creating.size > maxResults) {
          if (!(await forgetOldest())) throw full(`${maxResults} of them are being made or read`)
        }
        const spool = await openSpool(join(directory, `${randomUUID()}.ndjson`))
        const before = results.get(what.id)
        if (before && before.holds > 0) replaced.add(before)
        else if (before) await remove(before)
        const result = createResult({ ...what, spool })
        result.usedAt = now()
        results.set(what.id, result)
        return result
      } finally {
        creating.delete(what.id)
      }
    },
    find(id) {
      const result = results.get(id)
      if (!result) return null
      result.usedAt = now()
      return result
    },
    async append(result, rows) {
      await result.spool.append(rows)
      result.usedAt = now()
      while (bytes() > maxBytes) {
        if (!(await forgetOldest())) throw full(`${maxBytes} bytes`)
      }
    },
    hold(result) {
      result.holds++
      return {
        [Symbol.dispose]() {
          result.holds--
          result.usedAt = now()
          if (result.holds === 0 && replaced.delete(result)) void result.spool[Symbol.asyncDispose]()
        },
      }
    },
    scratchPath: ending => join(directory, `${randomUUID()}.${ending}`),
    async [Symbol.asyncDispose]() {
      clearInterval(sweep)
      await Promise.all([...results.values(), ...replaced].map(remove))
      await rm(directory, { recursive: true, force: true })
    },
  }
}
