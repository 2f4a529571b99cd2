import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const LEFT_OUT = new Set(['node_modules', '.git', '.cache', '.data', 'dist', 'web'])

/** `docs/add-a-use-case.md`, done with a copy of the repository. */
describe('a fourth use case is a declaration, a line in the list, and code generation', () => {
  let copy = ''

  before(async () => {
    copy = await mkdtemp(join(tmpdir(), 'coelho-fourth-'))
    await cp('.', copy, { recursive: true, filter: source => !LEFT_OUT.has(basename(source)) })
    await symlink(resolve('node_modules'), join(copy, 'node_modules'), 'junction')
    const blocks = [...(await readFile('docs/add-a-use-case.md', 'utf8')).matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
    const [declaration, generator, list] = blocks.map(block => block[1] as string)
    assert.ok(declaration && generator && list)
    await writeFile(join(copy, 'use-cases/machine.ts'), declaration)
    await writeFile(join(copy, 'use-cases/machine-generator.ts'), generator)
    const index = await readFile(join(copy, 'use-cases/index.ts'), 'utf8')
    const listed = index.replace(/^export const useCases = .*\n/m, list)
    await writeFile(join(copy, 'use-cases/index.ts'), `import { machine } from './machine.ts'\n${listed}`)
    await run(process.execPath, ['codegen.ts'], { cwd: copy })
  })
  after(() => rm(copy, { recursive: true, force: true }))

  test('only generated files change', async () => {
    const { stdout } = await run('git', ['diff', '--no-index', '--name-only', '.', copy], { maxBuffer: 1e8 }).catch(
      (difference: { stdout: string }) => difference,
    )
    console.log(stdout)
  })
})
