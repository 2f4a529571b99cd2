import { join } from 'node:path'
import { HELM } from '#engines/deploy/install-helm.ts'
import { runTool } from '#engines/deploy/run-tool.ts'
import { parseAllDocuments } from 'yaml'

export const CHART = join(import.meta.dirname, '../../../helm/coelho-realtime')

/** Everything that the chart can make, of Kubernetes and of operators. */
const ALL_OPERATORS = [
  'cloudnativePg.enabled=true',
  'metrics.serviceMonitor.enabled=true',
  'metrics.rules.enabled=true',
  'spark.enabled=true',
  'spark.image=registry.example.com/spark:4.0.0',
  'spark.lake=s3a://lake/coelho',
  'spark.serviceAccount=spark',
  'secrets.external.enabled=true',
  'secrets.external.storeName=vault',
  'secrets.external.remoteKey=coelho',
]

export interface ValueSet {
  files?: readonly string[]
  set?: readonly string[]
}

/** The sets that ship with the chart, and one with all that it can make besides. */
export const VALUE_SETS: Readonly<Record<string, ValueSet>> = {
  minimal: {},
  dev: { files: ['values-dev.yaml'] },
  production: { files: ['values-production.yaml'] },
  operators: { files: ['values-dev.yaml'], set: ALL_OPERATORS },
}

/** A part of an object of Kubernetes, which is looked into by paths: many kinds have no common type. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any

export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; labels?: Record<string, string> }
  [key: string]: Loose
}

/** What `helm template` makes of the chart, as text. Throws with what Helm said. */
export function renderText({ files = [], set = [] }: ValueSet, chart: string = CHART): Promise<string> {
  return runTool(HELM, [
    'template',
    'live',
    chart,
    '--namespace=graph',
    ...files.map(file => `--values=${join(chart, file)}`),
    ...set.map(each => `--set=${each}`),
  ])
}

export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map(document => document.toJS() as Manifest | null)
    .filter(manifest => manifest !== null)
}
