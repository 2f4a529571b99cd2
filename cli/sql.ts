import { randomUUID } from 'node:crypto'
import { type ArgsDef, defineCommand } from 'citty'
import { createHttpClient, type HttpClient } from '#sdk/create-http-client.ts'
import type { SqlQuery, SqlQueryVariables } from '#sdk/operations.generated.ts'
import { RequestError } from '#sdk/request-error.ts'
import { readClientHeaders } from '#config.ts'
import { formatRows } from './format-rows.ts'
import { unknownArguments } from './unknown-arguments.ts'

type Page = SqlQuery['sql']

const ARGS = {
  statement: { type: 'positional', description: 'One SELECT, or - to read it from stdin', required: true },
  'use-case': { type: 'string', description: 'TFD, ETA or ECCI: its tables are known without their schema' },
  limit: { type: 'string', description: 'Most rows (1000)' },
  'as-of': { type: 'string', description: 'live, a version of the only table, or an instant (the newest)' },
  timeout: { type: 'string', description: 'Milliseconds that it may run' },
  json: { type: 'boolean', description: 'Print NDJSON, an object a row, instead of a table' },
  url: { type: 'string', description: 'Address of the platform', default: 'http://127.0.0.1:4000' },
} as const satisfies ArgsDef
const OPTIONS = Object.fromEntries(
  Object.entries(ARGS)
    .filter(([name]) => name !== 'statement')
    .map(([name, { type }]) => [name, type === 'string']),
)

const PAGE_ROWS = 1000
const WAIT_MS = 20_000
/** What the caller can mend. */
const WRONG_STATEMENT = /^(BAD_USER_INPUT|SQL_SYNTAX|SQL_REFUSED|SQL_UNKNOWN_NAME|SQL_PARAMETER)$/

/** Exit codes: 0 done, 1 failed, 2 the statement or an argument is wrong, 130 interrupted. */
export const sql = defineCommand({
  meta: { name: 'sql', description: 'Ask a running platform in SQL.' },
  args: ARGS,
  async run({ args, rawArgs }) {
    const id = randomUUID()
    try {
      const variables = {
        ...variablesOf(args, rawArgs),
        statement: args.statement === '-' ? await readAll() : args.statement,
      }
      await using api = createHttpClient({
        url: endpointOf(args.url),
        timeoutMs: WAIT_MS + 15_000,
        headers: readClientHeaders(),
      })
      process.once('SIGINT', () => {
        void api.cancelSql({ id }).finally(() => process.exit(130))
      })
      await print(api, { ...variables, id, pageSize: PAGE_ROWS, wait: WAIT_MS }, args.json === true)
    } catch (error) {
      process.stderr.write(`${explained(error as Error)}\n`)
      process.exit(isWrong(error) ? 2 : 1)
    }
  },
})

async function print(api: HttpClient, variables: SqlQueryVariables, json: boolean): Promise<void> {
  let page: Page = (await api.sql(variables)).sql
  let isFirst = true
  for (;;) {
    const { columns, rows, pageInfo, complete, id } = page
    if (columns && (rows.length > 0 || (complete && isFirst))) {
      process.stdout.write(json ? linesOf(columns, rows) : formatRows(columns, rows))
      isFirst = false
    }
    if (complete && !pageInfo.hasNextPage) break
    const { sqlResult } = await api.sqlResult({
      id,
      first: PAGE_ROWS,
      // A page that came before the statement answered has no end.
      ...(pageInfo.endCursor !== null && { after: pageInfo.endCursor }),
      wait: WAIT_MS,
    })
    page = sqlResult
  }
  const { rowCount, truncated, elapsedMs, filesScanned, bytesScanned, tables } = page
  const versions = tables.map(
    ({ table, version, live }) => `${table.name} ${version}${live ? ' and what came since' : ''}`,
  )
  process.stderr.write(
    `${rowCount} rows${truncated ? ', cut there' : ''} in ${elapsedMs === null ? '?' : Math.round(elapsedMs)} ms, ` +
      `${filesScanned ?? 0} files of ${bytesScanned ?? 0} bytes${versions.length > 0 ? `, ${versions.join(', ')}` : ''}\n`,
  )
}

function linesOf(columns: NonNullable<Page['columns']>, rows: Page['rows']): string {
  return rows
    .map(row => `${JSON.stringify(Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])))}\n`)
    .join('')
}

function variablesOf(
  args: Readonly<Record<string, unknown>>,
  rawArgs: readonly string[],
): Omit<SqlQueryVariables, 'statement'> {
  const statementAt = rawArgs.indexOf(String(args['statement']))
  const [problem] = unknownArguments(
    rawArgs.filter((_, i) => i !== statementAt),
    OPTIONS,
  )
  if (problem) throw wrong(problem)
  const useCase = text(args['use-case'])?.toUpperCase()
  const limit = wholeNumber('limit', text(args['limit']))
  const timeout = wholeNumber('timeout', text(args['timeout']))
  const asOf = asOfOf(text(args['as-of']))
  return {
    ...(useCase !== undefined && { useCase: useCase as NonNullable<SqlQueryVariables['useCase']> }),
    ...(limit !== undefined && { limit }),
    ...(timeout !== undefined && { timeout }),
    ...(asOf && { asOf }),
  }
}

function asOfOf(given: string | undefined): SqlQueryVariables['asOf'] {
  if (given === undefined) return undefined
  if (given.toLowerCase() === 'live') return { mode: 'LIVE' }
  if (/^\d+$/.test(given)) return { version: given }
  if (Number.isNaN(Date.parse(given)))
    throw wrong(
      `--as-of: "${given}" given, live, a version or an instant such as 2026-11-23T10:00:00Z wanted.`,
    )
  return { at: new Date(given).toISOString() }
}

function wholeNumber(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  if (/^\d{1,9}$/.test(given)) return Number(given)
  throw wrong(`--${name}: "${given}" given, a whole number wanted.`)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function endpointOf(url: string): string {
  const endpoint = URL.parse('/graphql', url)
  if (endpoint) return endpoint.href
  throw wrong(`--url: "${url}" given, an address such as http://127.0.0.1:4000 wanted.`)
}

async function readAll(): Promise<string> {
  let read = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) read += chunk
  return read
}

function wrong(message: string): Error {
  return Object.assign(new Error(message), { code: 'BAD_USER_INPUT' })
}

function isWrong(error: unknown): boolean {
  return WRONG_STATEMENT.test(String((error as { code?: unknown }).code))
}

function explained(error: Error): string {
  if (!(error instanceof RequestError)) return error.message
  if (error.code === 'NETWORK_ERROR')
    return `${error.message} Start the platform with \`npm start\`, or name its address with --url.`
  const { line, column } = (error.errors[0]?.extensions ?? {}) as { line?: number; column?: number }
  const place = line === undefined || column === undefined ? '' : `line ${line}, column ${column}: `
  return `${place}${error.message} (${error.code})`
}
