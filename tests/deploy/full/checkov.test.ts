import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { installHelm } from '#engines/deploy/install-helm.ts'
import { installCheckov } from '#engines/deploy/install-python.ts'
import { runTool } from '#engines/deploy/run-tool.ts'
import { parse } from 'yaml'
import { renderText, VALUE_SETS } from '../support/render-chart.ts'

const EXCEPTIONS = join(import.meta.dirname, '../../../helm/checkov-exceptions.yaml')

describe('checkov over the production set', () => {
  let python: string
  let scratch: string
  let manifests: string
  const excepted = Object.keys(parse(readFileSync(EXCEPTIONS, 'utf8')) as Record<string, string>)

  before(async () => {
    await installHelm()
    python = await installCheckov()
    scratch = mkdtempSync(join(tmpdir(), 'coelho-checkov-'))
    manifests = await renderText(VALUE_SETS['production'] ?? assert.fail())
  })
  after(() => rmSync(scratch, { recursive: true, force: true }))

  async function found(text: string): Promise<Set<string>> {
    const file = join(scratch, 'manifests.yaml')
    writeFileSync(file, text)
    const args = [
      '--file',
      file,
      '--framework',
      'kubernetes',
      '--output',
      'json',
      '--compact',
      '--quiet',
      '--soft-fail',
    ]
    const checkov = join(dirname(python), 'checkov')
    // It asks a service for the severities of its checks unless it is told not to.
    const output = await runTool(python, [checkov, ...args, '--skip-download'])
    const { results } = JSON.parse(output) as { results: { failed_checks: { check_id: string }[] } }
    return new Set(results.failed_checks.map(({ check_id: id }) => id))
  }

  test('finds nothing that is not justified, and everything that is', async () => {
    assert.deepEqual([...(await found(manifests))].sort(), excepted.toSorted())
  })

  test('would find a privileged container and one that may write its own files', async () => {
    const broken = manifests
      .replace('allowPrivilegeEscalation: false', 'privileged: true')
      .replace('readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false')
    const more = await found(broken)
    for (const id of ['CKV_K8S_16', 'CKV_K8S_20', 'CKV_K8S_22']) assert.ok(more.has(id), id)
  })
})
