import type { Action } from './actions.ts'

/**
 * The actions of a commit file: JSON objects, one a line. Actions that we do not know are dropped, as the protocol asks. Throws a
 * `SyntaxError` or `TypeError` if the file is not whole.
 */
export const parseActions = (content: Uint8Array): Action[] => {
  const actions: Action[] = []
  for (const line of new TextDecoder('utf-8', { fatal: true }).decode(content).split('\n')) {
    if (line.trim() === '') continue
    const row: unknown = JSON.parse(line)
    if (!isObject(row)) throw new TypeError(`A line must be a JSON object: ${line.slice(0, 100)}.`)
    const action = actionOf(row)
    if (action !== null) actions.push(action)
  }
  // Even a commit without changes says who made it; a file without a line is one whose content never arrived.
  if (content.length === 0) throw new TypeError('The file is empty.')
  return actions
}

/** One commit file. */
export const serializeActions = (actions: readonly Action[]): Uint8Array =>
  new TextEncoder().encode(actions.map(action => `${JSON.stringify(action)}\n`).join(''))

/** The action in a row of a commit or checkpoint, without members that are null; null if we do not know it. */
export const actionOf = (row: Readonly<Record<string, unknown>>): Action | null => {
  for (const kind of KINDS) {
    const fields = row[kind]
    if (fields === null || fields === undefined) continue
    if (!isObject(fields)) throw new TypeError(`${kind} must be an object.`)
    for (const [name, type] of Object.entries(REQUIRED[kind])) {
      if (typeof fields[name] !== type || fields[name] === null) {
        throw new TypeError(`${kind}.${name} must be of type ${type}.`)
      }
    }
    return { [kind]: withoutNulls(fields) }
  }
  return null
}

/** What has to be there for us to go on. */
const REQUIRED = {
  add: { path: 'string', size: 'number', partitionValues: 'object' },
  remove: { path: 'string' },
  txn: { appId: 'string', version: 'number' },
  metaData: { id: 'string', schemaString: 'string', partitionColumns: 'object' },
  protocol: { minReaderVersion: 'number', minWriterVersion: 'number' },
  commitInfo: {},
} as const satisfies Record<keyof Action, Record<string, string>>

const KINDS = Object.keys(REQUIRED) as (keyof Action)[]

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const withoutNulls = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined))
