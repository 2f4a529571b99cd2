import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LONGEST_BASE64, LONGEST_TEXT } from './artifact-content.ts'
import { openTestGraph, type TestGraph } from './test-graph.ts'

async function withFiles(graph: TestGraph, files: Record<string, Uint8Array | string>): Promise<string> {
  const { id } = await graph.run('TFD', {})
  for (const [path, content] of Object.entries(files))
    await graph.tracking.artifacts.write(id, path, Buffer.from(content))
  return id
}

describe('Run.artifacts', () => {
  it('lists folders and files, and finds one by its path', async () => {
    await using graph = await openTestGraph()
    const id = await withFiles(graph, { 'session.json': '{}', 'reports/a.json': '[1]', 'reports/b/c': 'x' })
    const { data, errors } = await graph.ask(`{ run(id: "${id}") {
      root: artifacts { path isDirectory sizeBytes text }
      reports: artifacts(path: "reports") { path isDirectory sizeBytes }
      one: artifact(path: "reports/b/c") { path text base64 }
      top: artifact(path: "session.json") { path json }
      absent: artifact(path: "reports/z") { path }
    } }`)
    assert.deepEqual(errors, [])
    assert.deepEqual(data['run'], {
      root: [
        { path: 'reports', isDirectory: true, sizeBytes: null, text: null },
        { path: 'session.json', isDirectory: false, sizeBytes: 2, text: '{}' },
      ],
      reports: [
        { path: 'reports/a.json', isDirectory: false, sizeBytes: 3 },
        { path: 'reports/b', isDirectory: true, sizeBytes: null },
      ],
      one: { path: 'reports/b/c', text: 'x', base64: 'eA==' },
      top: { path: 'session.json', json: {} },
      absent: null,
    })
  })

  it('refuses what leaves the run', async () => {
    await using graph = await openTestGraph()
    const id = await withFiles(graph, { a: 'x' })
    const { data, errors } = await graph.ask(`{ run(id: "${id}") {
      artifacts(path: "../..") { path }
      artifact(path: "../../mlflow.db") { path }
      rooted: artifact(path: "/etc/passwd") { path }
    } }`)
    assert.deepEqual(data['run'], { artifacts: null, artifact: null, rooted: null })
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT'],
    )
  })
})

describe('Artifact', () => {
  it('gives text and JSON up to 256 KiB, anything in base64 up to 1 MiB, and says why not', async () => {
    await using graph = await openTestGraph()
    const id = await withFiles(graph, {
      fits: 'x'.repeat(LONGEST_TEXT),
      long: 'x'.repeat(LONGEST_TEXT + 1),
      binary: Uint8Array.of(0xff, 0xfe),
      large: new Uint8Array(LONGEST_BASE64 + 1),
    })
    const { data, errors } = await graph.ask(`{ run(id: "${id}") {
      fits: artifact(path: "fits") { text json }
      long: artifact(path: "long") { text base64 }
      binary: artifact(path: "binary") { text base64 }
      large: artifact(path: "large") { base64 }
    } }`)
    const { fits, long, binary, large } = data['run'] as Record<string, Record<string, string | null>>
    assert.deepEqual([fits?.['text']?.length, fits?.['json']], [LONGEST_TEXT, null])
    assert.deepEqual(
      [long?.['text'], long?.['base64']?.length],
      [null, 4 * Math.ceil((LONGEST_TEXT + 1) / 3)],
    )
    assert.deepEqual([binary, large], [{ text: null, base64: '//4=' }, { base64: null }])
    assert.deepEqual(
      new Map(errors.map(({ path, code }) => [path, code])),
      new Map([
        ['run.fits.json', 'ARTIFACT_UNREADABLE'],
        ['run.long.text', 'ARTIFACT_TOO_LARGE'],
        ['run.binary.text', 'ARTIFACT_UNREADABLE'],
        ['run.large.base64', 'ARTIFACT_TOO_LARGE'],
      ]),
    )
  })

  it('of unknown size is read and then measured', async () => {
    await using graph = await openTestGraph(tracking => ({
      ...tracking,
      artifacts: {
        ...tracking.artifacts,
        list: async (...args) =>
          (await tracking.artifacts.list(...args)).map(each => ({ ...each, sizeBytes: null })),
      },
    }))
    const id = await withFiles(graph, { long: 'x'.repeat(LONGEST_TEXT + 1), short: 'x' })
    const { data, errors } = await graph.ask(`{ run(id: "${id}") {
      long: artifact(path: "long") { text } short: artifact(path: "short") { text sizeBytes }
    } }`)
    assert.deepEqual(data['run'], { long: { text: null }, short: { text: 'x', sizeBytes: null } })
    assert.deepEqual(errors, [{ path: 'run.long.text', code: 'ARTIFACT_TOO_LARGE' }])
  })
})
