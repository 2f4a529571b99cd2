import type { EventLog } from '#ports/event-log.ts'
import type { Tracking } from '#ports/tracking.ts'
import type { UseCase } from '#use-cases/define.ts'
import { lossSummary } from './loss-summary.ts'
import { recentLosses } from './recent-losses.ts'
import { sessionCard } from './session-card.ts'
import { sessionReports } from './session-reports.ts'
import type { SessionView } from '../session/session-view.ts'

export interface ArtifactSources {
  tracking: Tracking
  log: EventLog
  useCase: UseCase
  codeVersion: string
  /** Bytes of the session's newest checkpoint; null if there is none. */
  readCheckpoint: (session: string) => Promise<Uint8Array | null>
}

const CHECKPOINT_PATH = 'model/model.checkpoint'
const CARD_PATH = 'model-card.md'

/**
 * Writes a session's reports, its manifest, its model card and its newest checkpoint to its run, over those written before. What the log or
 * the checkpoints' store does not give is left out until the next time. Throws what the tracking port throws.
 */
export async function writeArtifacts(
  run: string,
  view: SessionView,
  { tracking, log, useCase, codeVersion, readCheckpoint }: ArtifactSources,
): Promise<void> {
  const losses =
    useCase.task === 'regression' ? await recentLosses(log, useCase, view.record).catch(() => []) : []
  const reports = sessionReports({ view, useCase, losses: lossSummary(losses), codeVersion })
  for (const { path, content } of reports) {
    await tracking.artifacts.write(run, path, Buffer.from(`${JSON.stringify(content, null, 2)}\n`))
  }
  await tracking.artifacts.write(run, CARD_PATH, Buffer.from(sessionCard(view, useCase)))
  const checkpoint = view.checkpoint && (await readCheckpoint(view.record.id).catch(() => null))
  if (checkpoint) await tracking.artifacts.write(run, CHECKPOINT_PATH, checkpoint)
}
