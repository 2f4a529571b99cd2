import type { UseCase } from '#use-cases/define.ts'
import { classificationReport } from './classification-report.ts'
import type { LossSummary } from './loss-summary.ts'
import type { SessionView } from '../session/session-view.ts'

export interface ReportFile {
  /** From the root of the run. */
  path: string
  content: unknown
}

/** The JSON files about a session that stand beside its model: what its task allows to tell, and what it is. */
export function sessionReports({
  view,
  useCase,
  losses,
  codeVersion,
}: {
  view: SessionView
  useCase: UseCase
  losses: LossSummary | null
  codeVersion: string
}): ReportFile[] {
  return [...taskReports(view, useCase, losses), manifest(view, useCase, codeVersion)]
}

function taskReports(
  { report, metrics, progress }: SessionView,
  { task, label }: UseCase,
  losses: LossSummary | null,
): ReportFile[] {
  const values = Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
  if (task === 'clustering') {
    const { sequence: events = 0 } = progress ?? {}
    return metrics.length > 0 ? [{ path: 'reports/clusters.json', content: { events, ...values } }] : []
  }
  if (task === 'regression') {
    const { labelled: n = 0 } = progress ?? {}
    const latest = losses && { unit: label?.unit ?? null, absoluteError: losses }
    return n > 0 ? [{ path: 'reports/residuals.json', content: { n, metrics: values, latest } }] : []
  }
  if (!report?.confusion) return []
  const { trueNegatives: tn, falsePositives: fp, falseNegatives: fn, truePositives: tp } = report.confusion
  const matrix = { tn, fp, fn, tp, total: tn + fp + fn + tp, threshold: report.threshold ?? null }
  return [
    { path: 'reports/confusion_matrix.json', content: matrix },
    { path: 'reports/classification_report.json', content: classificationReport(report.confusion) },
  ]
}

function manifest(view: SessionView, useCase: UseCase, codeVersion: string): ReportFile {
  const { last: _, ...session } = view.record
  const { progress, metrics, metricsAt, checkpoint } = view
  const features = useCase.features.map(({ name, kind, scope, description }) => ({
    name,
    kind,
    scope,
    description,
  }))
  const versions = { coelho: codeVersion, node: process.version }
  return {
    path: 'session.json',
    content: { v: 1, session, progress, metrics, metricsAt, checkpoint, features, versions },
  }
}
