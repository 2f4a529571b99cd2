import type { PortErrorCode } from '#ports/port-error.ts'
import { PortError } from '#ports/port-error.ts'
import { parserPosition, textPosition } from './text-position.ts'
import type { WireError } from './worker-protocol.ts'

interface DuckdbError {
  exception_type?: string
  exception_message?: string
  error_subtype?: string
  position?: string
  name?: string
}

const CODES: Readonly<Record<string, PortErrorCode>> = {
  Parser: 'SQL_SYNTAX',
  'Out of Memory': 'SQL_MEMORY',
  INTERRUPT: 'SQL_CANCELLED',
  Permission: 'SQL_REFUSED',
}
const UNKNOWN_NAME = new Set(['COLUMN_NOT_FOUND', 'MISSING_ENTRY'])

/**
 * A DuckDB error as it may be shown: no path, nothing of the sandbox's own SQL and no suggestion out of the catalog. The connection
 * has to report errors as JSON.
 */
export function cleanError(error: unknown, statement: string): WireError {
  if (error instanceof PortError) return { code: error.code, message: error.message, details: error.details }
  const { type, text, position, subtype, name } = parse(
    error instanceof Error ? error.message : String(error),
  )
  const code = UNKNOWN_NAME.has(subtype) ? 'SQL_UNKNOWN_NAME' : (CODES[type] ?? 'SQL_EXECUTION')
  return {
    code,
    message: MESSAGES[code] ?? `${text.replace(/[.!\s]*$/, '')}.`,
    details: {
      ...(name === '' ? {} : { what: name }),
      ...(position === null
        ? {}
        : code === 'SQL_SYNTAX'
          ? parserPosition(statement, position)
          : textPosition(statement, position)),
    },
  }
}

/** Where DuckDB's own words speak of its settings. */
const MESSAGES: Partial<Record<PortErrorCode, string>> = {
  SQL_MEMORY: 'The statement needed more memory than one may take; fewer groups, rows or columns wanted.',
  SQL_CANCELLED: 'The statement was cancelled.',
  SQL_REFUSED: 'The statement reached for a file, relations wanted.',
}

function parse(message: string) {
  const start = message.indexOf('{"exception_type"')
  const error = start < 0 ? null : readJson(message.slice(start))
  const position = Number(error?.position ?? Number.NaN)
  return {
    type: error?.exception_type ?? /^([\w ]+) Error:/.exec(message)?.[1] ?? '',
    text: clean(error?.exception_message ?? message.replace(/^[\w ]+ Error: /, '')),
    position: Number.isFinite(position) ? position : null,
    subtype: error?.error_subtype ?? '',
    name: error?.name ?? '',
  }
}

function clean(text: string): string {
  return (
    text
      .split(/\n\s*(?:LINE \d+:|Did you mean|Candidate functions|\* )/)[0]!
      // Paths that hold spaces end with their quote, or with what files here are called.
      .replaceAll(/"(?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^"\n]*[/\\][^"\n]*"/g, 'a data file')
      .replaceAll(/'(?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^'\n]*[/\\][^'\n]*'/g, 'a data file')
      .replaceAll(
        /(?<![\w.])(?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^\s/\\"'][^"\n]*?[/\\][^"\n]*?\.(?:parquet|ndjson|json|csv|tmp|block)\b/g,
        'a data file',
      )
      .replaceAll(/"?(?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^\s"',)]*[/\\][^\s"',)]*"?/g, 'a data file')
      .replaceAll(/\s+/g, ' ')
      .trim()
  )
}

function readJson(text: string): DuckdbError | null {
  try {
    return JSON.parse(text) as DuckdbError
  } catch {
    return null
  }
}
