import { Gauge, type Registry } from 'prom-client'
import type { UseCase } from '#use-cases/define.ts'
import type { SessionView } from './session/session-view.ts'
import type { Sessions } from './session/sessions-api.ts'

/** Progress and quality of every use case's session, read when scraped. */
export function createLearnerMetrics({
  registry,
  useCases,
  sessions,
}: {
  registry: Registry
  useCases: readonly UseCase[]
  sessions: Sessions
}): void {
  const registers = [registry]
  const each = (act: (labels: { use_case: string }, view: SessionView) => void) => {
    for (const { id } of useCases) {
      const view = sessions.current(id)
      if (view) act({ use_case: id }, view)
    }
  }
  const gauge = (name: string, help: string, read: (view: SessionView) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['use_case'] as const,
      registers,
      collect() {
        each((labels, view) => this.set(labels, read(view)))
      },
    })

  gauge('coelho_session_running', '1 while the training session runs.', ({ record }) =>
    record.state === 'RUNNING' ? 1 : 0,
  )
  gauge(
    'coelho_session_predictions',
    'Predictions made by the session.',
    ({ progress }) => progress?.sequence ?? 0,
  )
  gauge(
    'coelho_session_labels',
    'Labels scored and learned by the session.',
    ({ progress }) => progress?.labelled ?? 0,
  )
  gauge(
    'coelho_session_pending_labels',
    'Predictions that wait for their label.',
    ({ progress }) => progress?.pending ?? 0,
  )
  gauge(
    'coelho_session_dead_letters',
    'Records refused by the session.',
    ({ progress }) => progress?.rejected ?? 0,
  )
  gauge(
    'coelho_session_duplicates',
    'Events skipped because their id was seen before.',
    ({ progress }) => progress?.duplicates ?? 0,
  )
  gauge(
    'coelho_session_recoveries',
    'Times the session continued after a loss.',
    ({ record }) => record.recoveries,
  )
  gauge(
    'coelho_model_size_bytes',
    'Numeric state of the live model.',
    ({ progress }) => progress?.modelBytes ?? 0,
  )
  gauge(
    'coelho_checkpoint_size_bytes',
    'Size of the last checkpoint.',
    ({ checkpoint }) => checkpoint?.sizeBytes ?? 0,
  )
  gauge(
    'coelho_checkpoint_timestamp_seconds',
    'Unix time of the last checkpoint.',
    ({ checkpoint }) => (checkpoint?.at ?? 0) / 1000,
  )
  new Gauge({
    name: 'coelho_model_metric',
    help: 'Prequential metrics of the session, by name.',
    labelNames: ['use_case', 'metric'] as const,
    registers,
    collect() {
      each((labels, { metrics }) => {
        for (const { name, value } of metrics)
          if (value !== null) this.set({ ...labels, metric: name }, value)
      })
    },
  })
}
