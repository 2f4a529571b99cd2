import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { importsOf, type SourceFile, sourceFiles, withoutComments } from './source-files.ts'

/**
 * Which units each unit may import. A unit is a top-level folder, a root file, or one subgraph: `subgraphs/*` stands for
 * each of them, `subgraphs` for what they share. A path names a single file. `docs/architecture.md` draws this.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  learn: [],
  'use-cases': [],
  ports: [],
  schema: [],
  sdk: [],
  engines: [],
  config: [],
  'config.ts': ['config'],
  adapters: ['ports'],
  producers: ['use-cases', 'learn', 'ports'],
  subgraphs: ['use-cases', 'learn', 'ports'],
  'subgraphs/*': ['subgraphs', 'use-cases', 'learn', 'ports', 'schema'],
  gateway: ['subgraphs'],
  roles: [
    'config.ts',
    'adapters/open.ts',
    'gateway',
    'producers',
    'subgraphs',
    'subgraphs/*',
    'use-cases',
    'learn',
    'ports',
    'schema',
  ],
  'main.ts': [
    'config.ts',
    'roles',
    'adapters/open.ts',
    'gateway',
    'producers',
    'subgraphs',
    'subgraphs/*',
    'use-cases',
    'learn',
    'ports',
    'schema',
  ],
  cluster: ['engines'],
  cli: ['main.ts', 'config.ts', 'roles', 'cluster', 'sdk', 'learn/verify-vectors/vector-verifiers.ts'],
  examples: ['sdk', 'use-cases'],
  // Engines of other makes are told of the lake's tables by a generated file.
  // What is laid out for an image and generated for the chart knows files, not code.
  image: [],
  helm: [],
  'codegen.ts': ['schema', 'use-cases', 'sdk', 'subgraphs/sql/tables/spark-tables.ts'],
}
/** They look at the whole, so nothing is closed to them, and nothing may import them. */
const UNBOUND = ['tests', 'bench']
/** What tests beside their source may import as well: engines in memory. The pure units need none. */
const TESTS_MAY_IMPORT = ['adapters']
const PURE = ['learn', 'use-cases', 'ports']
/** Clients of engines, and the only places that may know them. */
const ENGINES: Readonly<Record<string, readonly string[]>> = {
  kafkajs: ['adapters', 'engines'],
  ioredis: ['adapters', 'engines'],
  '@aws-sdk/client-s3': ['adapters'],
  'node:sqlite': ['adapters'],
  '@duckdb/node-api': ['adapters', 'cli'],
}
const LONGEST = { source: 300, test: 400 }
const FORBIDDEN = {
  'code made from text': /\beval\(|\bnew Function\b|\bvm\.(runIn|Script)/,
  'a path of one machine': /['"`(\s]\/(work|root|home|Users|mnt)\//,
  'a test left alone': /\b(test|it|describe)\.only\(/,
}

const files = sourceFiles()
const imports = files.flatMap(file =>
  importsOf(file).map(found => ({ file, unit: unitOf(file.path), ...found })),
)

test('more than a hundred files and their imports are looked at', () => {
  assert.ok(files.length > 100, `${files.length} files`)
  assert.ok(imports.filter(({ target }) => target !== null).length > 300, `${imports.length} imports`)
})

test('every folder with source has a rule', () => {
  const units = new Set(files.map(({ path }) => unitOf(path)))
  const unruled = [...units].filter(unit => !UNBOUND.includes(unit) && !MAY_IMPORT[ruleOf(unit)])
  assert.deepEqual(unruled, [])
})

describe('layers', () => {
  test('each unit imports only the layers below it', () => {
    const wrong = imports.filter(({ file, unit, target }) => {
      if (target === null || UNBOUND.includes(unit) || unitOf(target) === unit) return false
      const allowed = [
        ...(MAY_IMPORT[ruleOf(unit)] ?? []),
        ...(file.isTest && !PURE.includes(unit) ? TESTS_MAY_IMPORT : []),
      ]
      return !allowed.includes(ruleOf(unitOf(target))) && !allowed.includes(target)
    })
    assertNone(wrong.map(({ file, target }) => `${file.path} imports ${target}`))
  })

  test('subgraphs never import each other', () => {
    const wrong = imports.filter(
      ({ unit, target }) =>
        unit.startsWith('subgraphs/') && target !== null && isOwnSubgraph(target) && unitOf(target) !== unit,
    )
    assertNone(wrong.map(({ file, target }) => `${file.path} imports ${target}`))
  })

  test('imports are relative inside a unit and start with # across units', () => {
    const wrong = imports.filter(({ file, unit, specifier, target }) => {
      if (!target?.endsWith('.ts') || file.isGenerated || !/^[.#]/.test(specifier)) return false
      const inside =
        unitOf(target) === unit || (!target.includes('/') && !unit.includes('/') && unit.endsWith('.ts'))
      // Where shared and own folders are nested, either way of writing is clear.
      if (target.startsWith('subgraphs/') && unit.startsWith('subgraphs')) return false
      return UNBOUND.includes(unit) ? false : inside === specifier.startsWith('#')
    })
    assertNone(wrong.map(({ file, specifier }) => `${file.path}: ${specifier}`))
  })

  test('numeric code uses neither packages nor Node outside its tests', () => {
    const wrong = imports.filter(
      ({ file, unit, target }) => unit === 'learn' && !file.isTest && target === null,
    )
    assertNone(wrong.map(({ file, specifier }) => `${file.path}: ${specifier}`))
  })

  test('only adapters and those who need no port know engines', () => {
    const wrong = imports.filter(({ file, unit, specifier }) => {
      const allowed = ENGINES[specifier]
      return allowed !== undefined && !file.isTest && !UNBOUND.includes(unit) && !allowed.includes(unit)
    })
    assertNone(wrong.map(({ file, specifier }) => `${file.path}: ${specifier}`))
  })
})

describe('every source file', () => {
  test('reads the environment only if it is config.ts, or starts engines', () => {
    // Setting a variable for libraries or child processes is not reading one.
    const reading = /\bprocess\.env\b(?!(\.\w+|\['\w+'\])\s*=[^=])/
    const wrong = files.filter(
      ({ path, text }) =>
        path !== 'config.ts' &&
        !/^((tests\/)?engines|tests\/deploy)\//.test(path) &&
        reading.test(withoutComments(text)),
    )
    assertNone(wrong.map(({ path }) => path))
  })

  test(`has at most ${LONGEST.source} lines, a test ${LONGEST.test}, unless it is generated`, () => {
    const wrong = files
      .map(({ text, ...file }) => ({ ...file, lines: text.split('\n').length - 1 }))
      .filter(
        ({ isTest, isGenerated, lines }) => !isGenerated && lines > (isTest ? LONGEST.test : LONGEST.source),
      )
    assertNone(wrong.map(({ path, lines }) => `${path}: ${lines} lines`))
  })

  for (const [what, pattern] of Object.entries(FORBIDDEN)) {
    test(`has no ${what.replace(/^an? /, '')}`, () => {
      assertNone(files.filter(({ text }) => pattern.test(withoutComments(text))).map(({ path }) => path))
    })
  }
})

test('imports are found however they are written', () => {
  const text = [
    "import a from './layers.test.ts'",
    "import type {\n  B,\n} from '#ports/cache.ts'",
    "export * from '../main.ts'",
    "import 'ws'",
    "const c = await import('node:fs')",
    "new Worker(new URL('./run.ts', import.meta.url))",
    "// import d from './nothing.ts'",
  ].join('\n')
  assert.deepEqual(
    new Map(
      importsOf({ path: 'tests/made-up.ts', text }).map(({ specifier, target }) => [specifier, target]),
    ),
    new Map([
      ['./layers.test.ts', 'tests/layers.test.ts'],
      ['#ports/cache.ts', 'ports/cache.ts'],
      ['../main.ts', 'main.ts'],
      ['ws', null],
      ['node:fs', null],
      ['./run.ts', 'tests/run.ts'],
    ]),
  )
})

/** `subgraphs/serve/` is shared by the subgraphs, so it is not one. */
function isOwnSubgraph(path: string): boolean {
  return /^subgraphs\/(?!serve\/)[^/]+\//.test(path)
}

function unitOf(path: SourceFile['path']): string {
  const [top = '', second = ''] = path.split('/')
  return isOwnSubgraph(path) ? `${top}/${second}` : top
}

function ruleOf(unit: string): string {
  return unit.startsWith('subgraphs/') ? 'subgraphs/*' : unit
}

function assertNone(problems: readonly string[]): void {
  assert.equal(problems.length, 0, `\n  ${problems.join('\n  ')}`)
}
