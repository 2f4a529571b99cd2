import type { UseCase } from '#use-cases/define.ts'
import type { SplitPart, TrainingManifest } from '../training/training-result.ts'
import { describeMetric } from './describe-metric.ts'

export interface ModelCardInput {
  manifest: TrainingManifest
  /** As in `TrainingResult`: of the test part, and those of the validation part under `validation.<name>`. */
  metrics: Readonly<Record<string, number>>
  useCase: Pick<UseCase, 'id' | 'title' | 'description' | 'task' | 'label'>
}

const VALIDATION = 'validation.'
const BETTER = { HIGHER_IS_BETTER: 'higher', LOWER_IS_BETTER: 'lower', NONE: '' } as const

/**
 * What people should know of a model before they use it, in Markdown: purpose, data, split, features, metrics, limits, and how to
 * make it again. After Mitchell et al. (2019), "Model Cards for Model Reporting". The same input gives the same text.
 */
export function modelCard(input: ModelCardInput): string {
  const { useCase, manifest } = input
  const sections = [
    `# ${useCase.title}: ${manifest.spec.learner}`,
    section('Intended use', purpose(input)),
    section('Data', data(input)),
    section('Model', model(manifest)),
    section(
      `Features (${manifest.features.length})`,
      manifest.features.map(name => `- \`${name}\``).join('\n'),
    ),
    section('Metrics', metricsTable(input)),
    section('Limits', limits(input)),
    section('How to repeat it', repeat(manifest)),
  ]
  return `${sections.join('\n\n')}\n`
}

function section(title: string, content: string): string {
  return `## ${title}\n\n${content}`
}

function purpose({ useCase: { id, description, task, label } }: ModelCardInput): string {
  const output = label
    ? `It predicts \`${label.field}\`${label.unit ? ` in ${label.unit}` : ''}: ${label.description}`
    : null
  return [`${description}`, `Use case ${id}, ${task}.`, ...(output ? [output] : [])].join('\n\n')
}

function data({ manifest: { spec, split }, useCase }: ModelCardInput): string {
  const rows = Object.entries(split).flatMap(([name, part]) => (part ? [splitRow(name, part)] : []))
  const taken = [
    spec.rows === null ? 'all rows' : `at most the newest ${whole(spec.rows)} rows`,
    ...(spec.fraction === null ? [] : [`a fraction of ${spec.fraction} of them`]),
  ]
  return [
    `Lake table at version ${spec.version ?? 'unknown'}${(spec.labelsVersion ?? -1) < 0 ? '' : `, its labels at version ${spec.labelsVersion}`}; ${taken.join(', ')}.`,
    ...(spec.segment ? [`A row is one of the ${spec.segment.toLowerCase()}.`] : []),
    useCase.task === 'clustering'
      ? 'There is no truth to hold back, so metrics are of the rows that it was made from.'
      : 'Parts follow each other in event time. The validation part stops training, tunes, and says which of several models is best; the test part was used for nothing but the metrics below.',
    ['| Part | Rows | From | To | Positives |', '| --- | ---: | --- | --- | ---: |', ...rows].join('\n'),
  ].join('\n\n')
}

function splitRow(name: string, { rows, from, to, positives }: SplitPart): string {
  const share =
    positives === null ? '' : `${whole(positives)} (${((100 * positives) / Math.max(1, rows)).toFixed(2)} %)`
  return `| ${name} | ${whole(rows)} | ${new Date(from).toISOString()} | ${new Date(to).toISOString()} | ${share} |`
}

function model({ spec, stopped, threshold, modelBytes, notes = [] }: TrainingManifest): string {
  const parameters = Object.entries(spec.parameters).map(([name, value]) => `| \`${name}\` | ${value} |`)
  const reason = {
    EARLY: 'it no longer got better',
    LIMIT: 'its limit was reached',
    CONVERGED: 'it converged',
  }
  return [
    `Learner \`${spec.learner}\`, ${whole(modelBytes)} bytes.`,
    ...(stopped
      ? [
          `Trained ${stopped.iterations} iterations, then ${reason[stopped.reason]}; the best is ${stopped.best}.`,
        ]
      : []),
    ...(threshold
      ? [
          `Decision threshold ${threshold.value}, chosen on the validation part for the best ${describeMetric(threshold.metric).title} (${figure(threshold.validation)} there).`,
        ]
      : []),
    ...(notes.length > 0 ? [notes.map(note => `- ${note}`).join('\n')] : []),
    ...(parameters.length > 0 ? [['| Parameter | Value |', '| --- | --- |', ...parameters].join('\n')] : []),
  ].join('\n\n')
}

function metricsTable({ manifest: { split }, metrics, useCase }: ModelCardInput): string {
  const part = useCase.task === 'clustering' ? 'train' : 'test'
  const count = (name: keyof typeof split) => (split[name] ? ` (n = ${whole(split[name].rows)})` : '')
  const parts = [part + count(part), ...(split.validation ? [`validation${count('validation')}`] : [])]
  const names = Object.keys(metrics).filter(name => !name.startsWith(VALIDATION))
  const rows = names.map(name => {
    const { title, direction } = describeMetric(name)
    const figures = [figure(metrics[name]), ...(split.validation ? [figure(metrics[VALIDATION + name])] : [])]
    return `| ${[title, ...figures, BETTER[direction]].join(' | ')} |`
  })
  return [
    `| ${['Metric', ...parts, 'better'].join(' | ')} |`,
    `| ${['---', ...parts.map(() => '---:'), '---'].join(' | ')} |`,
    ...rows,
  ].join('\n')
}

function limits({ manifest: { spec, split }, useCase }: ModelCardInput): string {
  const last = split.test ?? split.train
  return [
    ...(spec.includeDebugFeatures
      ? [
          '- Trained with fields that are known only after the fact. It shows the leak, and is not for serving.',
        ]
      : []),
    ...(last
      ? [`- Knows nothing after ${new Date(last.to).toISOString()}; what changed since may make it worse.`]
      : []),
    ...(last && last.positives !== null && last.positives < FEW
      ? [`- Its metrics rest on ${last.positives} positives only.`]
      : []),
    ...(useCase.task === 'clustering'
      ? ['- Segments describe; they are no decision about anybody.']
      : ['- Learnt from events as they were handled then: it repeats what the labels got wrong.']),
    '- Events are generated, not collected; people and places in them do not exist.',
  ].join('\n')
}

/** Below this a rate is uncertain by more than about a tenth of itself. */
const FEW = 100

function repeat({ spec, software, featuresHash, modelHash }: TrainingManifest): string {
  return [
    `Software ${software}. The same specification over the same table versions gives the same bytes:`,
    `- features SHA-256 \`${featuresHash}\`\n- model SHA-256 \`${modelHash}\``,
    `\`\`\`json\n${JSON.stringify(spec, null, 2)}\n\`\`\``,
  ].join('\n\n')
}

function whole(value: number): string {
  return value.toLocaleString('en-US')
}

function figure(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '' : String(Number(value.toPrecision(5)))
}
