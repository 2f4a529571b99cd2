import { globSync } from 'node:fs'
import { basename } from 'node:path'
import type { BenchResult } from './bench-result.ts'

// `npm run bench -- <name> [--json]`: runs `bench/<name>.ts`, which exports `run(): Promise<BenchResult[]>`.
// Exit codes: 0 done, 1 the bench failed, which it also does when its result is wrong, 2 there is no such bench.

interface Bench {
  run(): Promise<BenchResult[]>
}

/** Files beside the benches that are none. */
const HELPERS = new Set(['run', 'bench-result', 'environment'])

const [name, ...options] = process.argv.slice(2)
const names = globSync('*.ts', { cwd: import.meta.dirname })
  .map(file => basename(file, '.ts'))
  .filter(file => !HELPERS.has(file) && !file.endsWith('.test'))
  .sort()
const unknownOption = options.find(option => option !== '--json')

if (name === undefined || !names.includes(name) || unknownOption !== undefined) {
  const given = name === undefined ? 'No bench' : names.includes(name) ? unknownOption : `"${name}"`
  process.stderr.write(`${given} given, wanted: npm run bench -- <${names.join(' | ')}> [--json]\n`)
  process.exitCode = 2
} else {
  const { run } = (await import(`./${name}.ts`)) as Bench
  const results = await run()
  if (results.length === 0) throw new Error(`The bench ${name} gave no result, at least one wanted.`)
  for (const result of results)
    process.stdout.write(options.includes('--json') ? `${JSON.stringify(result)}\n` : describe(result))
}

/** The machine and the method stand above every number. */
function describe({ name, ours, peer, ratio, unit, method, environment }: BenchResult): string {
  const machine = Object.entries(environment).map(([key, value]) => `${key} ${value}`)
  const beside =
    peer === null ? '' : `, peer ${format(peer)} ${unit}${ratio === null ? '' : `, ratio ${format(ratio)}`}`
  return `\n${machine.join(', ')}\n${method}\n${name}: ${format(ours)} ${unit}${beside}\n`
}

function format(value: number): string {
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(4)))
}
