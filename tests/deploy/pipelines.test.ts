import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, describe, test } from 'node:test'
import { installDeployPython } from '#engines/deploy/install-python.ts'
import { runTool } from '#engines/deploy/run-tool.ts'
import { parse } from 'yaml'

const ROOT = join(import.meta.dirname, '../..')
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const { scripts, version } = JSON.parse(text('package.json')) as {
  scripts: Record<string, string>
  version: string
}
const PIPELINES = [
  '.gitlab-ci.yml',
  '.github/workflows/ci.yml',
  'skaffold.yaml',
  'helm/argocd/application.yaml',
]

/** Scripts that are called and are not there. */
function missingScripts(pipeline: string): string[] {
  const called = [...pipeline.matchAll(/npm run ([\w:-]+)|npm, run, '?([\w:-]+)/g)].map(
    match => match[1] ?? match[2],
  )
  return called.filter(name => !Object.hasOwn(scripts, name as string)) as string[]
}

describe('pipelines', () => {
  for (const path of PIPELINES) {
    test(`${path} is YAML and calls scripts that exist`, () => {
      assert.equal(typeof parse(text(path)), 'object')
      assert.deepEqual(missingScripts(text(path)), [])
    })
  }

  test('would be caught with a script that is gone', () => {
    assert.deepEqual(
      missingScripts(text('.gitlab-ci.yml').replace('npm run image:prepare', 'npm run image')),
      ['image'],
    )
  })

  test('run what everybody runs, and name the image by its digest', () => {
    for (const path of PIPELINES.slice(0, 2)) {
      assert.match(text(path), /\.ci\/run/)
      assert.match(text(path), /verify:deploy:full/)
      assert.match(text(path), /cosign sign [^\n]*@\$/)
    }
    const application = parse(text('helm/argocd/application.yaml')) as {
      spec: { source: { path: string; targetRevision: string; helm: { valueFiles: string[] } } }
    }
    const { source } = application.spec
    assert.equal(source.targetRevision, `v${version}`)
    for (const file of source.helm.valueFiles) assert.ok(existsSync(join(ROOT, source.path, file)), file)
  })

  test('the Containerfile has the version of the project', () => {
    assert.match(text('Containerfile'), new RegExp(`^ARG VERSION=${version.replaceAll('.', '\\.')}$`, 'm'))
  })
})

describe('the Containerfile', () => {
  let hadolint: string
  before(async () => {
    hadolint = join(dirname(await installDeployPython()), 'hadolint')
  })

  test('passes hadolint', async () => {
    await runTool(hadolint, [join(ROOT, 'Containerfile')])
  })

  test('would be caught with a relative folder to work in', async () => {
    const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs')
    const { tmpdir } = await import('node:os')
    const folder = mkdtempSync(join(tmpdir(), 'coelho-containerfile-'))
    writeFileSync(join(folder, 'Containerfile'), text('Containerfile').replace('WORKDIR /app', 'WORKDIR app'))
    await assert.rejects(runTool(hadolint, [join(folder, 'Containerfile')]))
    rmSync(folder, { recursive: true })
  })
})
