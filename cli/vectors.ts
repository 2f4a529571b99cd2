import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { VECTOR_KINDS } from '#learn/verify-vectors/vector-verifiers.ts'

/**
 * `npm run vectors -- <dir>`: verifies every file of reference values in a folder and those below it. Prints the first difference of each
 * file that fails, what was skipped and why, and last `N passed, N failed`. Exit codes: 0 done, 1 a file failed, 2 there is nothing to verify.
 */
const folder = process.argv[2]
if (folder === undefined) end('No folder was given; wanted: npm run vectors -- <dir>.')
const files = await filesOf(folder)
if (files.length === 0) end(`${folder} holds no files, vectors wanted.`)

let passed = 0
let failed = 0
const skipped = new Map<string, string[]>()
for (const file of files) {
  const name = relative(folder, file)
  const kind = VECTOR_KINDS.find(({ pattern }) => pattern.test(basename(file)))
  if (!kind) {
    const sort = basename(file).replace(/_?\d+(?=\.)/, '_*')
    skipped.set(sort, [...(skipped.get(sort) ?? []), name])
    continue
  }
  if (!kind.verify) continue
  const problem = verify(file, kind.verify)
  if (problem === null) passed++
  else {
    failed++
    process.stdout.write(`FAILED ${name}: ${problem}\n`)
  }
}
for (const [sort, names] of skipped) {
  process.stdout.write(`skipped ${sort} (${names.length}): no verifier for this kind of file.\n`)
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 ? 1 : 0

function verify(file: string, verifier: NonNullable<(typeof VECTOR_KINDS)[number]['verify']>): string | null {
  try {
    const { compared, divergence } = verifier({
      name: basename(file),
      bytes: readFileSync(file),
      beside: other => readFileSync(join(dirname(file), basename(other))),
    })
    return divergence ?? (compared === 0 ? 'it holds nothing to compare.' : null)
  } catch (error) {
    return (error as Error).message
  }
}

async function filesOf(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    return entries
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
  } catch (error) {
    return end(`${path} cannot be read (${(error as Error).message}), a folder wanted.`)
  }
}

function end(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}
