import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { installDeployTools } from '#engines/deploy/install.ts'
import type { Tally } from './reporters/tally.ts'

// `npm test [-- <part of a path>…] [--timings] [options of node --test]`: every unit and end-to-end test.
// `npm run test:engines`, with the same arguments: the suites that start real engines.
// `npm run verify:deploy` and `verify:deploy:full`: the suites about image, chart and Terraform, without and with the heavy ones.
// Ends with `N passed, N failed`, and with `, N skipped` where tests were skipped.

interface Group {
  files: string[]
  options: string[]
}

/** Folders whose tests change nothing global: one process each. */
const SHARED = ['use-cases', 'learn', 'subgraphs', 'bench', 'adapters', 'sdk', 'producers', 'gateway']
/** Not ours, or a suite of its own. Every other test file gets a process to itself. */
const EXCLUDED = ['node_modules', 'web']
/** Suites with a folder of their own, the narrowest first. Everything elsewhere is `unit`. */
const SUITES = [
  ['full', join('tests', 'deploy', 'full') + sep],
  ['deploy', join('tests', 'deploy') + sep],
  ['engines', join('tests', 'engines') + sep],
] as const
/** Processes at a time, for the two cores that the time limit of the whole is meant for. */
const CONCURRENCY = 2
/** A test that waits for ever should fail here, not when the patience of a machine ends. */
const TIMEOUT_MS = { unit: 180_000, engines: 600_000, deploy: 600_000, full: 900_000 }
const SLOWEST = 10

// Compiled code is kept between the many processes; written, not read, so `config.ts` stays the only reader.
process.env['NODE_COMPILE_CACHE'] = join(import.meta.dirname, '../.cache/compile')

const given = process.argv.slice(2)
const filters = given.filter(argument => !argument.startsWith('-'))
const showTimings = given.includes('--timings')
const suite = given.includes('--engines')
  ? 'engines'
  : given.includes('--deploy-full')
    ? 'full'
    : given.includes('--deploy')
      ? 'deploy'
      : 'unit'
const OWN = ['--timings', '--engines', '--deploy', '--deploy-full']
const forwarded = given.filter(argument => argument.startsWith('-') && !OWN.includes(argument))

if (suite === 'deploy' || suite === 'full') await installDeployTools(suite)
const tests = findTests()
const scratch = await mkdtemp(join(tmpdir(), 'coelho-tests-'))
try {
  const waiting = SHARED.map(folder => tests.filter(file => topOf(file) === folder))
  const shared: Tally[] = []
  const lane = async () => {
    for (let files = waiting.shift(); files; files = waiting.shift()) {
      shared.push(await run({ files, options: ['--test-isolation=none'] }))
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, lane))
  const others = tests.filter(file => !SHARED.includes(topOf(file)))
  const isolated =
    suite === 'engines'
      ? await runWithEngines(others)
      : [await run({ files: others, options: [`--test-concurrency=${CONCURRENCY}`] })]
  report([...shared, ...isolated])
} finally {
  await rm(scratch, { recursive: true, force: true })
}

function findTests(): string[] {
  const exclude = (name: string) => EXCLUDED.includes(name) || (name.startsWith('.') && name !== '.')
  const files = globSync('**/*.test.ts', { exclude })
    .filter(file => suiteOf(file) === suite)
    .sort()
  return filters.length === 0 ? files : files.filter(file => filters.some(filter => file.includes(filter)))
}

function suiteOf(file: string): keyof typeof TIMEOUT_MS {
  return SUITES.find(([, folder]) => file.startsWith(folder))?.[0] ?? 'unit'
}

/**
 * One file after the other, since engines want the whole machine. Processes that are killed at random moments meet whatever
 * else a machine does: a file that fails is given a second run, which is told, and has to pass then.
 */
async function runWithEngines(files: readonly string[]): Promise<Tally[]> {
  const tallies: Tally[] = []
  const again: string[] = []
  for (const file of files) {
    console.log(`▸ ${file}`)
    const tally = await run({ files: [file], options: [] })
    if (tally.failed > 0) again.push(file)
    else tallies.push(tally)
  }
  for (const file of again) {
    console.log(`▸ ${file}, again`)
    tallies.push(await run({ files: [file], options: [] }))
  }
  if (again.length > 0) console.log(`Run twice: ${again.join(', ')}.`)
  return tallies
}

function topOf(file: string): string {
  return file.slice(0, file.indexOf(sep))
}

/** Runs `node --test` over a group; a runner that fails without a failed test counts as one. */
async function run({ files, options }: Group): Promise<Tally> {
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0, files: {} }
  const destination = join(scratch, `${files[0]?.replaceAll(/\W/g, '-')}.json`)
  const reporter = (name: string) => new URL(`./reporters/${name}.ts`, import.meta.url).href
  const child = spawn(
    process.execPath,
    [
      '--test',
      `--test-timeout=${TIMEOUT_MS[suite]}`,
      `--test-reporter=${reporter('compact')}`,
      '--test-reporter-destination=stdout',
      `--test-reporter=${reporter('tally')}`,
      `--test-reporter-destination=${destination}`,
      ...options,
      ...forwarded,
      ...files,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.on('error', reject)
  child.on('exit', resolve)
  const code = await promise
  const text = await readFile(destination, 'utf8').catch(() => '')
  const tally: Tally = text === '' ? { passed: 0, failed: 0, skipped: 0, files: {} } : JSON.parse(text)
  if (code === 0 || tally.failed > 0) return tally
  console.log(
    `✖ The test runner ended with ${code ?? 'a signal'} over ${files.length} files although no test failed.`,
  )
  return { ...tally, failed: 1 }
}

function report(tallies: readonly Tally[]): void {
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    tallies.reduce((total, tally) => total + tally[key], 0)
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')]
  if (showTimings) {
    const times = tallies.flatMap(({ files }) => Object.entries(files)).sort(([, a], [, b]) => b - a)
    for (const [file, ms] of times.slice(0, SLOWEST))
      console.log(`${(ms / 1000).toFixed(1).padStart(6)} s  ${file}`)
  }
  if (passed + failed === 0) {
    console.log(
      `No test ran${filters.length > 0 ? `: no test file has ${filters.join(' or ')} in its path` : ''}.`,
    )
    process.exitCode = 1
  }
  if (failed > 0) process.exitCode = 1
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
}
