import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'

describe('cli/start.mjs', () => {
  test('tells an older Node what is wanted, and runs nothing', () => {
    const { status, stdout, stderr } = start({ version: '20.19.1', args: ['cli/coelho.ts', '--help'] })
    assert.equal(status, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^Node 20\.19\.1 was started, Node 24 or newer is wanted\./)
  })

  test('runs an entry with its arguments on the Node wanted', () => {
    const { status, stdout } = start({ args: ['cli/coelho.ts', 'ingest', '--help'] })
    assert.equal(status, 0)
    assert.match(stdout, /Parquet/)
  })

  test('asks for an entry', () => {
    const { status, stderr } = start({ args: [] })
    assert.equal(status, 2)
    assert.match(stderr, /wanted: node cli\/start\.mjs <entry\.ts>/)
  })
})

function start({ version, args }: { version?: string; args: string[] }) {
  const pretend = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  const options = version ? ['--import', pretend] : []
  return spawnSync(process.execPath, [...options, 'cli/start.mjs', ...args], { encoding: 'utf8' })
}
