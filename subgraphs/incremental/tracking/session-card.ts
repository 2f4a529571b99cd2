import { learnerCatalogue } from '#learn/online/registry.ts'
import { metricInfoOf } from '#learn/metrics/metric-info-of.ts'
import type { MetricValue } from '#learn/metrics/metric-set.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { SessionView } from '../session/session-view.ts'

const BETTER = { HIGHER_IS_BETTER: 'higher', LOWER_IS_BETTER: 'lower', NONE: '' } as const
/** Below this many labels rates say little. */
const FEW_LABELS = 1000

/**
 * What people should know of a session's model at its present version before they use what it says, in Markdown: purpose,
 * data, model, features, metrics, slices, drift, limits. After Mitchell et al. (2019), "Model Cards for Model Reporting".
 */
export function sessionCard(view: SessionView, useCase: UseCase): string {
  const sections = [
    `# ${useCase.title}: ${championOf(view).learner}, version ${whole(view.progress?.modelVersion ?? 0)}`,
    section('Intended use', purpose(useCase)),
    section('Data', data(view, useCase)),
    section('Model', model(view)),
    section(`Features (${useCase.features.length})`, features(useCase)),
    section('Metrics', metricsTable(view.metrics)),
    ...optional('Slices', slices(view)),
    ...optional('Other models of the session', others(view)),
    ...optional('Drift', drift(view)),
    section('Limits', limits(view, useCase)),
  ]
  return `${sections.join('\n\n')}\n`
}

function section(title: string, content: string): string {
  return `## ${title}\n\n${content}`
}

function optional(title: string, content: string | null): string[] {
  return content === null ? [] : [section(title, content)]
}

/** The one whose predictions are published; before figures are in, what the session was begun with. */
function championOf({ record, models }: SessionView) {
  const champion = models.find(({ role }) => role === 'CHAMPION')
  return (
    champion ?? { learner: record.learner, parameters: record.parameters, seed: record.seed, sizeBytes: 0 }
  )
}

function purpose({ id, description, task, label }: UseCase): string {
  const output = label
    ? [`It predicts \`${label.field}\`${label.unit ? ` in ${label.unit}` : ''}: ${label.description}`]
    : []
  return [description, `Use case ${id}, ${task}.`, ...output].join('\n\n')
}

function data({ record, progress, checkpoint }: SessionView, { topic, task }: UseCase): string {
  const {
    sequence = 0,
    labelled = 0,
    corrections = 0,
    pending = 0,
    rejected = 0,
    duplicates = 0,
  } = progress ?? {}
  const labels = `${whole(labelled - corrections)} labels (${whole(corrections)} corrected later, ${whole(pending)} predictions still wait for theirs)`
  return [
    `The stream \`${topic}\` from ${record.origin ? 'where an earlier session stood' : `offsets ${record.source.join(', ')}`} on: ${whole(sequence)} events${task === 'clustering' ? '' : `, ${labels}`}; ${whole(rejected)} records refused, ${whole(duplicates)} duplicates passed over.`,
    'Every event is predicted first; what was predicted is scored when the label comes, and only then learned.',
    ...(checkpoint
      ? [
          `Newest checkpoint: after ${whole(checkpoint.sequence)} events, ${new Date(checkpoint.at).toISOString()}, SHA-256 \`${checkpoint.hash}\`.`,
        ]
      : []),
  ].join('\n\n')
}

function model(view: SessionView): string {
  const { learner, parameters, seed, sizeBytes } = championOf(view)
  const info = learnerCatalogue.get(learner)
  const rows = Object.entries(parameters).map(([name, value]) => `| \`${name}\` | ${value} |`)
  return [
    `Learner \`${learner}\`, seed \`${seed}\`, ${whole(sizeBytes)} bytes of numeric state.`,
    ...(info ? [info.description, `Missing values: ${info.missing}`] : []),
    ...(view.report?.threshold === undefined
      ? []
      : [`Decision threshold ${figure(view.report.threshold)}, from past labels only.`]),
    ...(rows.length > 0 ? [['| Parameter | Value |', '| --- | --- |', ...rows].join('\n')] : []),
  ].join('\n\n')
}

function features({ features }: UseCase): string {
  return features.map(({ name, kind, description }) => `- \`${name}\` (${kind}): ${description}`).join('\n')
}

function metricsTable(metrics: readonly MetricValue[]): string {
  const rows = metrics.map(({ name, value, n, window, interval }) => {
    const info = metricInfoOf(name)
    const bounds = interval ? `${figure(interval.lower)} to ${figure(interval.upper)}` : ''
    const cells = [
      info?.title ?? name,
      figure(value),
      bounds,
      whole(n),
      window ?? 'all',
      BETTER[info?.direction ?? 'NONE'],
    ]
    return `| ${cells.join(' | ')} |`
  })
  if (rows.length === 0) return 'None yet.'
  return [
    '| Metric | Value | Interval | n | Window | better |',
    '| --- | ---: | --- | ---: | --- | --- |',
    ...rows,
  ].join('\n')
}

function slices({ report }: SessionView): string | null {
  const gaps = report?.quality?.gaps ?? []
  if (gaps.length === 0) return null
  const rows = gaps.map(({ field, metric, best, worst, gap, apart }) => {
    const certain = apart === null ? 'unknown' : apart ? 'yes' : 'no'
    return `| ${[field, titleOf(metric), best ?? 'none', worst ?? 'none', figure(gap), certain].join(' | ')} |`
  })
  return [
    '| Feature | Metric | Best for | Worst for | Gap | beyond chance |',
    '| --- | --- | --- | --- | ---: | --- |',
    ...rows,
  ].join('\n')
}

function others({ models, promotions }: SessionView): string | null {
  const rows = models
    .filter(({ role }) => role === 'CHALLENGER')
    .map(({ name, learner, comparison }) => {
      const verdict = comparison?.decided ? `the ${comparison.decided.toLowerCase()} is better` : 'undecided'
      return `- \`${name}\` (${learner}): ${comparison ? `${verdict} after ${whole(comparison.n)} labels, mean difference of losses ${figure(comparison.meanDifference)}` : 'not compared'}`
    })
  const changes = promotions.map(
    ({ seq, from, to, by }) =>
      `- at event ${whole(seq)} \`${to}\` took over from \`${from}\` (${by.toLowerCase()})`,
  )
  return rows.length + changes.length > 0 ? [...rows, ...changes].join('\n') : null
}

function drift({ report }: SessionView): string | null {
  const signals = report?.drift ?? []
  if (signals.length === 0) return null
  return `${whole(signals.length)} recent signals; the newest are in \`TrainingSession.driftSignals\`.`
}

function limits({ progress }: SessionView, { task }: UseCase): string {
  const labels = progress?.labelled ?? 0
  return [
    ...(task !== 'clustering' && labels < FEW_LABELS
      ? [
          `- It has learned from ${whole(labels)} labels only; before ${whole(FEW_LABELS)} its figures say little.`,
        ]
      : []),
    '- It changes with every label: this is how it stood when the card was written.',
    ...(task === 'clustering'
      ? ['- Segments describe; they are no decision about anybody.']
      : ['- It repeats what the labels got wrong, and hears late of what is labelled late.']),
    '- Events are generated, not collected; people and places in them do not exist.',
  ].join('\n')
}

function titleOf(metric: string): string {
  return metricInfoOf(metric)?.title ?? metric
}

function whole(value: number): string {
  return value.toLocaleString('en-US')
}

function figure(value: number | null | undefined): string {
  return value === undefined || value === null || !Number.isFinite(value)
    ? ''
    : String(Number(value.toPrecision(5)))
}
