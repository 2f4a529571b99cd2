import type { Config } from '#config.ts'
import type { Platform } from '#main.ts'

export interface Reporter {
  stage(name: string): void
  ready(info: { url: string; config: Config; engines: Platform['engines'] }): void
  /** Announces the first prediction that is made after the start. */
  firstPrediction(sessions: Platform['sessions']): void
  failed(error: Error): void
  stopped(): void
}

const STAGES: Readonly<Record<string, string>> = {
  log: 'engines open',
  lake: 'lake open',
  subgraphs: 'subgraphs ready',
  gateway: 'gateway listening',
  sessions: 'training sessions started',
  producers: 'generators running',
}

/** Tells a person, or a program with `json`, how the start goes. Times are since the process began. */
export function createReporter({ json, began }: { json: boolean; began: number }): Reporter {
  const seconds = () => ((performance.now() - began) / 1000).toFixed(2)
  const emit = (event: string, fields: object, text: string) => {
    process.stdout.write(
      json ? `${JSON.stringify({ event, seconds: Number(seconds()), ...fields })}\n` : text,
    )
  }
  return {
    stage: name => emit('stage', { name }, `  ${seconds().padStart(6)} s  ${STAGES[name] ?? name}\n`),
    ready({ url, config, engines }) {
      const urls = { dashboard: `${url}/`, playground: `${url}/graphql`, metrics: `${url}/metrics` }
      emit(
        'ready',
        { url, ...urls, labelDelay: labelDelay(config), dataDir: config.dataDir, engines },
        `\nready in ${seconds()} s\n\n` +
          `  Graph and playground  ${urls.playground}\n  Start page            ${urls.dashboard}\n  Metrics               ${urls.metrics}\n\n` +
          `  Labels  ${labelDelay(config)}\n  Data    ${dataOf(config, engines)}\n\n`,
      )
    },
    firstPrediction(sessions) {
      const listening = sessions.events.on('progress', ({ record, progress }) => {
        if (!progress || progress.sequence === 0) return
        listening[Symbol.dispose]()
        emit(
          'first-prediction',
          { useCase: record.useCase },
          `first prediction after ${seconds()} s (${record.useCase})\n`,
        )
      })
    },
    failed(error) {
      // Errors of the gateway carry their code where clients read it.
      const { code, extensions } = error as { code?: string; extensions?: { code?: string } }
      const known = code ?? extensions?.code ?? 'FAILED'
      if (json) emit('failed', { code: known, message: error.message }, '')
      else process.stderr.write(`\n${error.message} (${known})\n`)
    },
    stopped: () => emit('stopped', {}, `stopped after ${seconds()} s\n`),
  }
}

function dataOf({ dataDir, engines: real }: Config, engines: Platform['engines']): string {
  const elsewhere = [
    real.kafka && engines.log,
    real.redis && engines.cache,
    real.mlflow && engines.tracking,
    real.lake && engines.lake,
  ]
  return [...elsewhere.filter(Boolean), dataDir ?? 'temporary, removed at the end'].join(', ')
}

function labelDelay({ mode, labelSpeed, producers }: Config): string {
  if (!producers) return 'arrive by `submitLabel` or inside ingested events'
  if (mode === 'parity') return 'stand inside the events and count right after each prediction'
  const seconds = (value: number) => `${Number((value / labelSpeed).toPrecision(3))} s`
  return `fraud known after about ${seconds(1.5)} and at most ${seconds(5)}, trips after about ${seconds(4.5)}`
}
