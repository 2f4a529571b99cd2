import { globSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { DEPLOY_TOOLS } from './folder.ts'
import { type JsonSchema, strict, withDefinitions } from './json-schema.ts'
import { installDeployPython } from './install-python.ts'
import { runTool } from './run-tool.ts'

export const KUBERNETES_MINORS = ['1.33', '1.34', '1.35', '1.36', '1.37'] as const
/** Kinds of the chart; one more than these is told as a missing schema. */
const KINDS = [
  'configmap-v1',
  'deployment-apps-v1',
  'horizontalpodautoscaler-autoscaling-v2',
  'job-batch-v1',
  'networkpolicy-networking-v1',
  'pod-v1',
  'poddisruptionbudget-policy-v1',
  'secret-v1',
  'service-v1',
  'serviceaccount-v1',
  'statefulset-apps-v1',
]
/** Go modules that carry the definitions of custom resources, and where in them. */
const MODULES = [
  {
    module: 'sigs.k8s.io/gateway-api@v1.4.1',
    files: 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
  },
  {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    files: 'example/prometheus-operator-crd/monitoring.coreos.com_{podmonitors,prometheusrules}.yaml',
  },
  { module: 'github.com/kedacore/keda/v2@v2.21.0', files: 'config/crd/bases/keda.sh_scaledobjects.yaml' },
  {
    module: 'github.com/cloudnative-pg/cloudnative-pg@v1.27.0',
    files: 'config/crd/bases/postgresql.cnpg.io_clusters.yaml',
  },
  {
    module: 'github.com/external-secrets/external-secrets@v0.20.4',
    files: 'config/crds/bases/external-secrets.io_externalsecrets.yaml',
  },
  {
    module: 'github.com/kubeflow/spark-operator/v2@v2.4.0',
    files: 'config/crd/bases/sparkoperator.k8s.io_sparkapplications.yaml',
  },
] as const
const FOLDER = join(DEPLOY_TOOLS, 'schemas')

/** As kubeconform wants to be told where schemas are. */
export const SCHEMA_LOCATIONS = [
  join(FOLDER, '{{ .NormalizedKubernetesVersion }}', '{{ .ResourceKind }}{{ .KindSuffix }}.json'),
  join(FOLDER, 'custom', '{{ .Group }}-{{ .ResourceKind }}-{{ .ResourceAPIVersion }}.json'),
]

/** Schemas of the kinds that the chart makes, of every Kubernetes release it is for, once. Returns their folder. */
export async function installSchemas(): Promise<string> {
  const wanted = JSON.stringify([KUBERNETES_MINORS, KINDS, MODULES])
  const marker = join(FOLDER, 'installed.json')
  if ((await readFile(marker, 'utf8').catch(() => null)) === wanted) return FOLDER
  const fresh = `${FOLDER}.${process.pid}`
  try {
    await writeCoreSchemas(fresh)
    await mkdir(join(fresh, 'custom'), { recursive: true })
    for (const { module, files } of MODULES) await writeCustomSchemas(join(fresh, 'custom'), module, files)
    await writeFile(join(fresh, 'installed.json'), wanted)
    await rm(FOLDER, { recursive: true, force: true })
    await rename(fresh, FOLDER)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  }
  return FOLDER
}

async function writeCoreSchemas(folder: string): Promise<void> {
  const python = await installDeployPython()
  const find = 'import sysconfig; print(sysconfig.get_path("purelib"))'
  const source = join((await runTool(python, ['-c', find])).trim(), 'kubernetes_validate')
  for (const minor of KUBERNETES_MINORS) {
    const from = join(source, 'kubernetes-json-schema', `v${minor}.0-local-strict`)
    const { $defs } = (await readJson(join(from, '_definitions.json'))) as {
      $defs: Record<string, JsonSchema>
    }
    const to = join(folder, `v${minor}.0`)
    await mkdir(to, { recursive: true })
    for (const kind of KINDS) {
      const schema = withDefinitions(await readJson(join(from, `${kind}.json`)), $defs)
      await writeFile(join(to, `${kind}.json`), JSON.stringify(schema))
    }
  }
}

interface CustomResourceDefinition {
  kind: string
  spec: {
    group: string
    names: { kind: string }
    versions: { name: string; schema: { openAPIV3Schema: JsonSchema } }[]
  }
}

async function writeCustomSchemas(folder: string, module: string, files: string): Promise<void> {
  const downloaded = await runTool('go', ['mod', 'download', '-json', module])
  const { Dir: from } = JSON.parse(downloaded) as { Dir: string }
  const paths = globSync(files, { cwd: from })
  if (paths.length === 0) throw new Error(`${module} has no ${files}.`)
  for (const path of paths) {
    for (const document of parseAllDocuments(await readFile(join(from, path), 'utf8'))) {
      const { kind, spec } = (document.toJS() ?? {}) as CustomResourceDefinition
      if (kind !== 'CustomResourceDefinition') continue
      for (const { name, schema } of spec.versions) {
        const file = `${spec.group}-${spec.names.kind.toLowerCase()}-${name}.json`
        const { properties, ...rest } = strict(schema.openAPIV3Schema) as { properties: JsonSchema }
        // Kubernetes declares what all objects have in one place for all.
        const all = { ...properties, metadata: { type: 'object' } }
        await writeFile(join(folder, file), JSON.stringify({ ...rest, properties: all }))
      }
    }
  }
}

async function readJson(path: string): Promise<JsonSchema> {
  return JSON.parse(await readFile(path, 'utf8')) as JsonSchema
}
