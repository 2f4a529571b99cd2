import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { PortError } from '#ports/port-error.ts'
import type { Action, CommitInfo } from './actions.ts'
import { applyCommit } from './apply-commit.ts'
import { checkConflicts } from './check-conflicts.ts'
import type { CommitRequest } from './commit-request.ts'
import type { LogContext } from './log-context.ts'
import { commitName } from './log-names.ts'
import type { LogState } from './log-state.ts'
import { parseActions, serializeActions } from './parse-actions.ts'
import { transactionConflict } from './table-errors.ts'
import { assertWritable } from './table-features.ts'
import { isAppendOnly } from './table-settings.ts'

/** Versions lost to others before we give up; each try reads what they wrote. */
const MAX_TRIES = 60
/** Answers about one version that may be waited for. */
const MAX_ANSWERS = 5
const FIRST_PAUSE_MS = 4
const LONGEST_PAUSE_MS = 250

/**
 * Writes the next version, or one after it if others were quicker and `checkConflicts` allows. `refresh` gives the newest state.
 * Throws `LAKE_TRANSACTION_CONFLICT`, `LAKE_UNSUPPORTED` for tables that we may not write to, and errors of the store; after
 * `ENGINE_UNREACHABLE` nobody knows whether the version is there, so look at the transactions before writing again.
 */
export const commit = async (
  context: LogContext,
  request: CommitRequest,
  refresh: () => Promise<LogState | null>,
): Promise<LogState> => {
  const { table } = context
  const txnId = randomUUID()
  for (let lost = 0; lost < MAX_TRIES; lost++) {
    if (lost > 0) await pause(lost)
    const current = await refresh()
    checkConflicts(context, request, current)
    checkAllowed(table, request, current)
    const version = (current?.version ?? -1) + 1
    // A clock that was set back must not make time travel ambiguous.
    const timestamp = current === null ? context.now() : Math.max(context.now(), current.timestamp + 1)
    const info = commitInfo(context, request, { timestamp, txnId })
    const actions: Action[] = [{ commitInfo: info }, ...request.actions]
    // Whatever does not fit the protocol fails here, before anybody sees it.
    const state = applyCommit(context, current, { version, timestamp, actions })
    if (await putCommit(context, version, serializeActions(actions), txnId)) return state
  }
  throw transactionConflict(table, `${MAX_TRIES} versions were taken by others`)
}

/**
 * Whether the version is ours, whatever the store answered. Once an answer was lost, the version may come to be there even after a
 * later refusal; so that is what is thrown, and only those who read the table again know.
 */
const putCommit = async (
  { objects }: LogContext,
  version: number,
  content: Uint8Array,
  txnId: string,
): Promise<boolean> => {
  const key = commitName(version)
  let lostAnswer: unknown = null
  for (let answer = 1; ; answer++) {
    try {
      // A client that repeats a request by itself gets "taken" after its own success.
      return (await objects.putIfAbsent(key, content)) || (await isOwn(objects, key, txnId))
    } catch (error) {
      const retriable = error instanceof PortError && error.code === 'ENGINE_UNREACHABLE'
      if (retriable) lostAnswer = error
      if (retriable && answer < MAX_ANSWERS) await pause(answer + 3)
      else if (await isOwn(objects, key, txnId).catch(() => false)) return true
      else throw lostAnswer ?? error
    }
  }
}

const isOwn = async (objects: LogContext['objects'], key: string, txnId: string): Promise<boolean> => {
  const content = await objects.find(key)
  if (content === null) return false
  try {
    return parseActions(content).some(({ commitInfo }) => commitInfo?.txnId === txnId)
  } catch {
    return false
  }
}

const checkAllowed = (table: string, { actions }: CommitRequest, current: LogState | null): void => {
  const metaData = actions.find(action => action.metaData !== undefined)?.metaData ?? current?.metadata.raw
  const protocol = actions.find(action => action.protocol !== undefined)?.protocol ?? current?.protocol
  if (metaData !== undefined && protocol !== undefined) assertWritable(table, protocol, metaData)
  if (current === null || !isAppendOnly(current.metadata)) return
  if (!actions.some(({ remove }) => remove?.dataChange === true)) return
  throw new PortError('LAKE_UNSUPPORTED', `Table "${table}" is append-only; no row of it may be removed.`, {
    details: { table, feature: 'appendOnly' },
  })
}

const commitInfo = (
  { engineName }: LogContext,
  { operation, operationParameters = {}, operationMetrics = {}, read, kind, actions }: CommitRequest,
  { timestamp, txnId }: { timestamp: number; txnId: string },
): CommitInfo => ({
  timestamp,
  operation,
  // Spark has texts in both.
  operationParameters: textValues(operationParameters),
  ...(read === null ? {} : { readVersion: read.version }),
  isolationLevel: changesData(actions) ? 'Serializable' : 'SnapshotIsolation',
  isBlindAppend: kind === 'append',
  operationMetrics: textValues(operationMetrics),
  engineInfo: engineName,
  txnId,
})

const changesData = (actions: readonly Action[]): boolean =>
  actions.some(({ add, remove }) => add?.dataChange ?? remove?.dataChange ?? false)

const textValues = (record: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'),
    ]),
  )

/** Grows with the losses, and is never the same for two writers. */
const pause = (losses: number): Promise<void> =>
  sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(losses, 8)) * Math.random())
