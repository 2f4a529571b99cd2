import assert from 'node:assert/strict'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path/posix'
import { describe, test } from 'node:test'
import { dev } from '#cli/dev.ts'
import { ERROR_CODES } from '#gateway/error-codes.ts'
import { CLIENT_CODES } from '#sdk/request-error.ts'
import { useCases } from '#use-cases/index.ts'
import { sourceFiles } from './source-files.ts'

const pages = [...globSync('*.md'), ...globSync('docs/**/*.md'), 'bench/RESULTS.md', 'sdk/README.md'].map(
  native => {
    const path = native.replaceAll('\\', '/')
    return { path, text: readFileSync(path, 'utf8') }
  },
)
const architecture = textOf('docs/architecture.md')
const protocol = textOf('docs/protocol.md')
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

describe('docs/architecture.md', () => {
  const named = [...architecture.matchAll(/`((?:[\w.-]+\/)+)`/g)].map(match => match[1] as string)

  test('names only folders that exist', () => {
    assert.deepEqual(
      named.filter(folder => !existsSync(folder)),
      [],
    )
  })

  test('names every folder at the root', () => {
    const ignored = readFileSync('.gitignore', 'utf8').split('\n')
    const kept = new Set(['.git', ...ignored.map(line => line.replace(/\/$/, ''))])
    const folders = readdirSync('.', { withFileTypes: true }).filter(
      entry => entry.isDirectory() && !kept.has(entry.name),
    )
    const unnamed = folders.map(({ name }) => `${name}/`).filter(folder => !named.includes(folder))
    assert.deepEqual(unnamed, [])
  })

  test('names only files that exist', () => {
    const files = [
      ...architecture.matchAll(/(?<![\w/.<-])((?:[\w-]+\/)*[\w-][\w.-]*\.(?:ts|mjs|graphql))\b/g),
    ].map(match => match[1] as string)
    const known = globSync('**/*.{ts,mjs,graphql}', {
      exclude: name => name === 'node_modules' || name === 'dist',
    })
    const missing = files.filter(
      file => !known.some(path => path === file || path.replaceAll('\\', '/').endsWith(`/${file}`)),
    )
    assert.deepEqual([...new Set(missing)], [])
  })
})

describe('docs/protocol.md', () => {
  test("has the gateway's table of codes", () => {
    const rows = tableAfter(protocol, '### Gateway').map(([code, status, meaning]) => ({
      code,
      status,
      meaning,
    }))
    const wanted = Object.entries(ERROR_CODES).map(([code, { status, meaning }]) => ({
      code,
      status: String(status),
      meaning,
    }))
    assert.deepEqual(rows, wanted)
  })

  test("has the client's table of codes", () => {
    const rows = tableAfter(protocol, '### SDK')
    assert.deepEqual(rows, Object.entries(CLIENT_CODES))
  })

  test('has a row for every code in the source, and no other', () => {
    const sources = sourceFiles().filter(({ path, isTest, isGenerated }) => {
      return !isTest && !isGenerated && !/^(bench|examples)\//.test(path) && !path.includes('contract')
    })
    const made = /(?:\bcode(?: \|\| |[?:]? ?[:=] ?)|[eE]rror\(\s*)'([A-Z]{3,}(?:_[A-Z]+)+)'/g
    const inSource = new Set(
      sources.flatMap(({ text }) => [...text.matchAll(made)].map(match => match[1] as string)),
    )
    const inTables = ['### Gateway', '### Graph', '### Platform', '### SDK'].flatMap(heading =>
      tableAfter(protocol, heading).map(([code]) => code as string),
    )
    const all = new Set(
      sources
        .map(({ text }) => text)
        .join('\n')
        .match(/\b[A-Z]{3,}(?:_[A-Z]+)*\b/g),
    )
    assert.deepEqual([...inSource].filter(code => !inTables.includes(code)).sort(), [])
    assert.deepEqual(
      inTables.filter(code => !all.has(code)),
      [],
    )
    assert.deepEqual(
      inTables.filter((code, at) => inTables.indexOf(code) < at),
      [],
    )
  })

  test('names the topics of every use case', () => {
    const missing = useCases.filter(({ topic }) => !protocol.includes(`\`${topic}\``))
    assert.deepEqual(missing, [])
  })
})

describe('README.md', () => {
  const readme = textOf('README.md')

  test('has every flag of `npm start`, and no other', () => {
    const flags = tableAfter(readme, '## Flags of').map(([flag = '']) => /^--([\w-]+)/.exec(flag)?.[1])
    const args = Object.keys(dev.args ?? {}).map(name => (name === 'producers' ? 'no-producers' : name))
    assert.deepEqual(flags.sort(), args.sort())
  })

  test('names every use case with its task', () => {
    const rows = tableAfter(readme, '## What you see').map(([id, , task]) => `${id} ${task}`)
    assert.deepEqual(
      rows,
      useCases.map(({ id, task }) => `${id} ${task}`),
    )
  })
})

test('the table of benches has every one, and no other', () => {
  const helpers = ['run', 'bench-result', 'environment']
  const benches = globSync('bench/*.ts').map(file => basename(file, '.ts'))
  const rows = tableAfter(textOf('README.md'), '## Figures').map(row => row[1] as string)
  assert.deepEqual(
    rows.sort(),
    benches.filter(name => !helpers.includes(name) && !name.endsWith('.test')).sort(),
  )
})

describe('every page', () => {
  test('links to what exists', () => {
    const missing = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)[^)]*\)/g)]
        .map(match => join(dirname(path), match[1] as string))
        .filter(target => !existsSync(target))
        .map(target => `${path}: ${target}`),
    )
    assert.deepEqual(missing, [])
  })

  test('names scripts that exist', () => {
    const missing = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm run ([\w:-]+)/g)]
        .map(match => match[1] as string)
        .filter(
          name =>
            !Object.hasOwn(scripts, name) &&
            !(name === 'build' && path === 'sdk/README.md') &&
            name !== 'build',
        )
        .map(name => `${path}: ${name}`),
    )
    assert.deepEqual(missing, [])
  })
})

test('a decision record says its context, the decision and the consequences', () => {
  const records = pages.filter(({ path }) => path.startsWith('docs/decisions/'))
  assert.ok(records.length > 0)
  for (const { path, text } of records) {
    assert.match(path, /^docs\/decisions\/\d{4}-\d\d-\d\d-[a-z0-9-]+\.md$/)
    assert.deepEqual(
      [...text.matchAll(/^## (.+)$/gm)].map(match => match[1]),
      ['Context', 'Decision', 'Consequences'],
      path,
    )
  }
})

function textOf(path: string): string {
  const page = pages.find(each => each.path === path)
  assert.ok(page, `There is no page ${path}.`)
  return page.text
}

/** Cells of the first table after a heading, without its head, code marks taken off. */
function tableAfter(text: string, heading: string): string[][] {
  const lines = text.slice(text.indexOf(heading)).split('\n')
  const start = lines.findIndex(line => line.startsWith('| ---'))
  const rows = lines.slice(
    start + 1,
    lines.findIndex((line, at) => at > start && !line.startsWith('|')),
  )
  return rows.map(row =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map(cell => cell.trim().replaceAll(/^`([^`]*)`$/g, '$1')),
  )
}
