import { globSync } from 'node:fs'
import { basename } from 'node:path'
import type { BenchResult } from './bench-result.ts'

// `npm run bench -- <name> [--json] [--only <question>]…`: runs `bench/<name>.ts`, which exports `run(): Promise<BenchResult[]>`.
// Exit codes: 0 done, 1 the bench failed, which it also does when its result is wrong, 2 there is no such bench.

interface Bench {
  run(only?: readonly string[]): Promise<BenchResult[]>
  /** By name, where a bench has several that can be asked alone. */
  questions?: Readonly<Record<string, unknown>>
}

/** Files beside the benches that are none. */
const HELPERS = new Set(['run', 'bench-result', 'environment'])

const [name, ...options] = process.argv.slice(2)
const names = globSync('*.ts', { cwd: import.meta.dirname })
  .map(file => basename(file, '.ts'))
  .filter(file => !HELPERS.has(file) && !file.endsWith('.test'))
  .sort()
const only = options.filter((_, index) => options[index - 1] === '--only')
const unknownOption = options.find(
  (option, index) =>
    option !== '--json' &&
    options[index - 1] !== '--only' &&
    (option !== '--only' || index + 1 === options.length),
)

if (name === undefined || !names.includes(name) || unknownOption !== undefined) {
  const given = name === undefined ? 'No bench' : names.includes(name) ? unknownOption : `"${name}"`
  refuse(given, `npm run bench -- <${names.join(' | ')}> [--json] [--only <question>]`)
} else {
  const { run, questions = {} } = (await import(`./${name}.ts`)) as Bench
  const stranger = only.find(question => !Object.hasOwn(questions, question))
  if (stranger === undefined) answer(await (only.length > 0 ? run(only) : run()))
  else
    refuse(
      `--only ${stranger}`,
      `a question of ${name}: ${Object.keys(questions).join(', ') || 'it has but one'}`,
    )
}

function refuse(given: string | undefined, wanted: string): void {
  process.stderr.write(`${given} given, wanted: ${wanted}\n`)
  process.exitCode = 2
}

function answer(results: readonly BenchResult[]): void {
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
