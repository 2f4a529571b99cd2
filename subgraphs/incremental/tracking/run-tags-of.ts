import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import type { SessionRecord } from '../session/session-record.ts'

/** MLflow cuts off what is longer than 8000 characters. */
const LONGEST_REASON = 1000

/** How a session stands, as the tags of its run. `mlflow.*` is what MLflow's own pages show; `mlflow.runName` comes from its name. */
export function runTagsOf(record: SessionRecord, codeVersion: string): Record<string, string> {
  return {
    'mlflow.source.name': 'coelho-realtime',
    'mlflow.source.type': 'JOB',
    [RUN_TAGS.useCase]: record.useCase,
    [RUN_TAGS.session]: record.id,
    [RUN_TAGS.ordinal]: String(record.ordinal),
    [RUN_TAGS.state]: record.state,
    [RUN_TAGS.reason]: record.reason?.slice(0, LONGEST_REASON) ?? '',
    ...(record.owner !== null && { [RUN_TAGS.owner]: record.owner }),
    [RUN_TAGS.recoveries]: String(record.recoveries),
    [RUN_TAGS.version]: codeVersion,
  }
}
