import type { Logger } from '#main.ts'

/** Logs to stderr: a line a message, or NDJSON. Debug messages are left out. */
export function createConsoleLogger({ format }: { format: 'pretty' | 'json' }): Logger {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const line =
        format === 'json'
          ? JSON.stringify({ at: new Date().toISOString(), level, message, ...fields })
          : `${level === 'info' ? '' : `${level}: `}${message}${Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ''}`
      process.stderr.write(`${line}\n`)
    }
  return { debug: () => {}, info: write('info'), warn: write('warn'), error: write('error') }
}
