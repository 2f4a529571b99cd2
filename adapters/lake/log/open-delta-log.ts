import type { SnapshotAt } from '#ports/lake.ts'
import type { Objects } from '#ports/objects.ts'
import type { CheckpointFiles } from './checkpoint-files.ts'
import { cleanLog } from './clean-log.ts'
import { commit } from './commit.ts'
import type { CommitRequest } from './commit-request.ts'
import { type LogVersion, readHistory } from './history.ts'
import type { LogContext } from './log-context.ts'
import type { LogState } from './log-state.ts'
import { createLogTip } from './log-tip.ts'
import { serially } from '../../serially.ts'
import { tableObjects } from './table-objects.ts'
import { checkpointInterval } from './table-settings.ts'
import { createTimeline } from './timeline.ts'
import { writeCheckpoint } from './write-checkpoint.ts'

/** The transaction log of one Delta table. Several of them, in any processes, may work on the same table. */
export interface DeltaLog {
  readonly table: string
  /**
   * The newest version, or the one named by number or instant; null if there is no table. Nothing is listed or read again that is
   * known. Throws `LAKE_VERSION_UNKNOWN`, `LAKE_TABLE_CORRUPT` (details: table, file, version, lastGood), `LAKE_UNSUPPORTED`.
   */
  state(at?: SnapshotAt): Promise<LogState | null>
  /** Writes a version, see `commit.ts`, and every tenth as a checkpoint. Resolves with the state of that version. */
  commit(request: CommitRequest): Promise<LogState>
  /** Versions whose log entries are still there, newest first. */
  history(options?: { limit?: number; before?: number }): Promise<readonly LogVersion[]>
  /** Stores the newest version as a checkpoint. */
  checkpoint(): Promise<void>
  /** Deletes what no version within `delta.logRetentionDuration` needs: entries before the newest checkpoint that is older. */
  clean(): Promise<{ files: number; sizeBytes: number }>
}

export interface DeltaLogOptions {
  objects: Objects
  /** Where the table is within the store, and its name in errors. */
  table: string
  parquet: CheckpointFiles
  /** Such as `coelho-realtime/0.3.0`. */
  engineName: string
  /** Unix milliseconds. */
  now?: () => number
  onNotice?: (level: 'info' | 'warn', message: string) => void
}

/** Opens a log; nothing is read before it is asked for. */
export const openDeltaLog = ({
  objects,
  table,
  parquet,
  engineName,
  now = Date.now,
  onNotice = () => {},
}: DeltaLogOptions): DeltaLog => {
  const context: LogContext = {
    table,
    tableUri: `${objects.uri}/${table}`,
    objects: tableObjects(objects, table),
    parquet,
    engineName,
    now,
    onNotice,
  }
  const tip = createLogTip(context)
  const timeline = createTimeline(context)
  // Commits of one process would only lose versions to each other.
  const inTurn = serially()

  return {
    table,

    async state(at) {
      if (at === undefined) return tip.newest()
      if ('version' in at) return tip.at(at.version)
      const newest = await tip.newest().catch(() => null)
      if (newest !== null && at.timestamp >= newest.timestamp) return newest
      const version = await timeline.versionAt(at.timestamp)
      return version === null ? null : tip.at(version)
    },

    commit: request =>
      inTurn(async () => {
        const state = await commit(context, request, tip.newest)
        tip.advance(state)
        if (state.version > 0 && state.version % checkpointInterval(state.metadata) === 0) {
          // The version is there, whatever becomes of its checkpoint; the next one makes up for it.
          await storeCheckpoint(state).catch((error: unknown) => {
            const what = error instanceof Error ? error.message : String(error)
            onNotice('warn', `Version ${state.version} of table "${table}" has no checkpoint: ${what}`)
          })
        }
        return state
      }),

    history: options => readHistory(context, options),

    async checkpoint() {
      const state = await tip.newest()
      if (state !== null) await storeCheckpoint(state)
    },

    clean: () =>
      inTurn(async () => {
        const newest = await tip.newest()
        if (newest === null) return { files: 0, sizeBytes: 0 }
        const { first, ...cleaned } = await cleanLog(context, newest, timeline)
        tip.forgetBefore(first)
        return cleaned
      }),
  }

  async function storeCheckpoint(state: LogState): Promise<void> {
    await writeCheckpoint(context, state)
    tip.forgetTombstones()
  }
}
