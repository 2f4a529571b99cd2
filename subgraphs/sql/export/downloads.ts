import { randomUUID } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ResultColumn, RunSummary, SqlEngine } from '#ports/sql-engine.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { Download, Downloads } from '#subgraphs/serve/download.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Result } from '../results/result.ts'
import type { ResultStore } from '../results/result-store.ts'
import { outcomeOf, statementError } from '../statements/statement-error.ts'
import { auditName } from '../statements/table-use.ts'
import { EXPORT_PREFIX, type ExportFormat, parseExportPath } from './export-formats.ts'
import { csvText, ndjsonText } from './rows-as-text.ts'
import { uniqueNames } from './unique-names.ts'

const TYPES: Readonly<Record<ExportFormat, string>> = {
  CSV: 'text/csv; charset=utf-8; header=present',
  NDJSON: 'application/x-ndjson; charset=utf-8',
  PARQUET: 'application/vnd.apache.parquet',
}
/** Beyond it exports would take the engine, and the memory of files on their way, from statements. */
const MOST_DOWNLOADS = 4
/** A statement may wait and run for a minute each. */
const WAIT_MS = 150_000

interface ExportServices {
  results: ResultStore
  engine: Pick<SqlEngine, 'writeParquet'>
  audit: AuditLog
}

/** Results as files, whole: who asks while a statement still runs waits for its end. */
export function createDownloads({ results, engine, audit }: ExportServices): Downloads {
  /** Being made or read. */
  let downloads = 0
  return {
    prefix: EXPORT_PREFIX,
    async open(path, { signal }) {
      const asked = parseExportPath(path)
      const result = asked && results.find(asked.id)
      if (!asked || !result) return null
      using opening = new DisposableStack()
      opening.use(results.hold(result))
      await result.wait(() => false, { ms: WAIT_MS, signal })
      const columns = finishedColumns(result)
      if (downloads >= MOST_DOWNLOADS) {
        throw new CodedError(
          'SQL_BUSY',
          `${downloads} results are being given away as files; try again later.`,
        )
      }
      downloads++
      opening.defer(() => downloads--)
      const audited = await audit.begin({
        id: `${result.id}.${asked.format.toLowerCase()}.${randomUUID().slice(0, 8)}`,
        kind: 'export',
        useCase: null,
        statement: result.statement,
        params: null,
        operation: null,
        tables: result.tables.map(auditName),
      })
      const { download, dispose } = await openFile(asked.format, {
        result,
        columns,
        engine,
        results,
        signal,
      }).catch(async (error: unknown) => {
        await audited.end({ outcome: outcomeOf(error), rowCount: 0, bytesScanned: 0, elapsedMs: 0 })
        throw error
      })
      opening.defer(dispose)
      const { rowCount } = result.spool
      const truncated = result.summary?.truncated ?? false
      const started = performance.now()
      let outcome = 'SQL_CANCELLED'
      const held = opening.move()
      let settled: Promise<void> | undefined
      const settle = () => {
        held.dispose()
        const elapsedMs = Math.round(performance.now() - started)
        return (settled ??= audited.end({ outcome, rowCount, bytesScanned: 0, elapsedMs }))
      }
      // A reader who is gone before the first piece was asked for never comes to the end of the generator below.
      signal.addEventListener('abort', () => void settle(), { once: true })
      if (signal.aborted) void settle()
      async function* content() {
        try {
          for await (const piece of download.content) {
            if (signal.aborted) return
            yield piece
          }
          outcome = truncated ? 'TRUNCATED' : 'COMPLETE'
        } catch (error) {
          outcome = outcomeOf(error)
          throw error
        } finally {
          await settle()
        }
      }
      return { ...download, content: content() }
    },
  }
}

/** @throws CodedError with the code of what ended the statement, `SQL_RESULT_INCOMPLETE` while it runs. */
function finishedColumns({ id, ended, failure, columns }: Result): readonly ResultColumn[] {
  if (failure) throw new CodedError(outcomeOf(failure), failure.message)
  if (ended && columns) return columns
  throw new CodedError(
    'SQL_RESULT_INCOMPLETE',
    `The result ${id} is not complete yet; a complete one wanted.`,
  )
}

async function openFile(
  format: ExportFormat,
  {
    result: { id, spool, summary },
    columns,
    engine,
    results,
    signal,
  }: Pick<ExportServices, 'engine' | 'results'> & {
    result: Result
    columns: readonly ResultColumn[]
    signal: AbortSignal
  },
): Promise<{ download: Download; dispose: () => void }> {
  if (signal.aborted) throw new CodedError('SQL_CANCELLED', `Nobody waits for the result ${id} as a file.`)
  // In the name as well: a header is lost as soon as the file is stored.
  const fileName = `result-${id}${summary?.truncated ? '-truncated' : ''}.${format.toLowerCase()}`
  const common = { contentType: TYPES[format], fileName, headers: headersOf(spool.rowCount, summary) }
  if (format !== 'PARQUET') {
    const content = format === 'CSV' ? csvText(columns, spool) : ndjsonText(columns, spool)
    return { download: { ...common, sizeBytes: null, content }, dispose: () => {} }
  }
  const path = results.scratchPath('parquet')
  const names = uniqueNames(columns.map(({ name }) => name))
  const named = columns.map((column, i) => ({ ...column, name: names[i] as string }))
  try {
    await engine.writeParquet({ columns: named, rowsPath: spool.path, path })
    const { size } = await stat(path)
    return {
      download: { ...common, sizeBytes: size, content: contentOf(path) },
      dispose: () => rmSync(path, { force: true }),
    }
  } catch (error) {
    rmSync(path, { force: true })
    const told = statementError(error)
    throw new CodedError(outcomeOf(told), told.message)
  }
}

/** Opens the file with the first piece that is asked for: one that nobody reads may be removed before. */
async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Buffer>
}

function headersOf(rowCount: number, summary: RunSummary | null): Record<string, string> {
  return { 'x-coelho-rows': String(rowCount), 'x-coelho-truncated': String(summary?.truncated ?? false) }
}
