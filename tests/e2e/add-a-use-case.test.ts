import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { globSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { graphql } from './support/graphql.ts'

const run = promisify(execFile)
const LEFT_OUT = new Set(['node_modules', '.git', '.cache', '.data', 'dist', 'web'])
const WRITTEN = ['use-cases/index.ts', 'use-cases/machine-generator.ts', 'use-cases/machine.ts']
const ENOUGH_LABELS = 4000
const PATIENCE_MS = 30_000

interface Answer {
  useCase: {
    lag: { totalLag: number }
    session: { state: string; labels: number; metrics: { name: string; value: number }[] }
    recentPredictions: { event: { temperature: number }; detail: { threshold: number } }[]
  }
}

/** What `docs/add-a-use-case.md` says, done with a copy of the repository. */
describe('a fourth use case is its declaration, a line in the list, and code generation', () => {
  let copy = ''

  before(async () => {
    copy = await mkdtemp(join(tmpdir(), 'coelho-fourth-'))
    await cp('.', copy, { recursive: true, filter: source => !LEFT_OUT.has(basename(source)) })
    await symlink(resolve('node_modules'), join(copy, 'node_modules'), 'junction')
    const page = await readFile('docs/add-a-use-case.md', 'utf8')
    const [declaration, generator, list] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
      block => block[1],
    )
    assert.ok(declaration && generator && list)
    await writeFile(join(copy, 'use-cases/machine.ts'), declaration)
    await writeFile(join(copy, 'use-cases/machine-generator.ts'), generator)
    const index = await readFile('use-cases/index.ts', 'utf8')
    const listed = index.replace(/^export const useCases = .*\n/m, list)
    await writeFile(join(copy, 'use-cases/index.ts'), `import { machine } from './machine.ts'\n${listed}`)
    await run(process.execPath, ['codegen.ts'], { cwd: copy })
  })
  after(() => rm(copy, { recursive: true, force: true }))

  test('nothing else differs but generated files', () => {
    const changed = globSync('**/*.{ts,graphql}', { cwd: copy, exclude: name => LEFT_OUT.has(name) })
      .map(file => file.replaceAll('\\', '/'))
      .filter(file => readFileSync(join(copy, file), 'utf8') !== textOf(file))
    assert.deepEqual(changed.filter(file => !file.includes('.generated.')).sort(), WRITTEN)
    assert.ok(changed.includes('schema/supergraph.generated.graphql'))
    assert.ok(changed.includes('sdk/operations.generated.ts'))
  })

  test('everything compiles', async () => {
    await run(process.execPath, [join(copy, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: copy }).catch(
      ({ stdout }: { stdout: string }) => assert.fail(stdout),
    )
  })

  test('it learns live, and the graph serves it', async () => {
    // The copy's own helper starts the copy.
    const helper = pathToFileURL(join(copy, 'tests/e2e/support/platform-process.ts')).href
    const { startPlatformProcess } = (await import(helper)) as typeof import('./support/platform-process.ts')
    await using platform = await startPlatformProcess({
      args: ['--ephemeral', '--mode', 'parity', '--rate', '2000'],
    })
    const query = `{ useCase(id: MACHINE) {
      lag { totalLag }
      session { state labels metrics { name value } }
      recentPredictions(first: 1) { event { ... on MachineEvent { temperature } } detail { ... on MachineDetail { threshold } } }
    } }`
    const until = performance.now() + PATIENCE_MS
    let answer: Answer
    do {
      await delay(250)
      const { data, errors } = await graphql<Answer>(platform.url, query)
      assert.equal(errors, undefined)
      answer = data
    } while (answer.useCase.session.labels < ENOUGH_LABELS && performance.now() < until)
    const { session, recentPredictions } = answer.useCase
    assert.equal(session.state, 'RUNNING')
    assert.ok(session.labels >= ENOUGH_LABELS, `${session.labels} labels`)
    const auc = session.metrics.find(({ name }) => name === 'rocAuc')?.value ?? 0
    assert.ok(auc > 0.9, `area under the curve ${auc}`)
    assert.equal(typeof recentPredictions[0]?.event.temperature, 'number')
    assert.equal(typeof recentPredictions[0]?.detail.threshold, 'number')
  })
})

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
