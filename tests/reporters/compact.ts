import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** Diagnostics with which the runner closes: they are printed on one line. */
const CLOSING = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /
const MAX_STACK_LINES = 25

type Failure = Extract<TestEvent, { type: 'test:fail' }>['data']

/** Reporter for people in a hurry: each failure in full with what its file printed, skips with their reason, the runner's closing lines. */
export default async function* compact(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const printed = new Map<string, string>()
  const closing: string[] = []
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      printed.set(data.file, (printed.get(data.file) ?? '') + data.message)
    } else if (type === 'test:fail' && !isConsequence(data)) {
      yield describeFailure(data)
      const file = data.file ?? ''
      if (printed.has(file)) yield indent(`printed by ${pathOf(file)}:\n${printed.get(file)}`)
      printed.delete(file)
    } else if (type === 'test:pass' && data.skip !== undefined) {
      yield `- ${pathOf(data.file)} › ${data.name} (skipped: ${data.skip || 'no reason given'})\n`
    } else if (type === 'test:diagnostic' && data.nesting === 0 && CLOSING.test(data.message)) {
      closing.push(data.message)
    } else if (type === 'test:interrupted') {
      yield `interrupted while running ${data.tests.map(({ name }) => name).join(', ')}\n`
    }
  }
  yield `${closing.join(', ')}\n`
}

/** A parent fails because of its children, which have been told. */
function isConsequence({ details }: Failure): boolean {
  return 'failureType' in details.error && details.error.failureType === 'subtestsFailed'
}

function describeFailure({ file, line, name, details }: Failure): string {
  const { error } = details
  const lines = textOf(error.cause)
    .split('\n')
    .filter(each => !each.includes('node:internal'))
    .slice(0, MAX_STACK_LINES)
  // A failed property tells its counterexample; what went wrong with it is its cause.
  const inner = error.cause instanceof Error ? error.cause.cause : undefined
  if (inner !== undefined) lines.push('caused by', ...textOf(inner).split('\n').slice(0, MAX_STACK_LINES))
  return `✖ ${pathOf(file)}:${line ?? 1} › ${name}\n${indent(lines.join('\n'))}`
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : inspect(thrown)
}

function pathOf(file: string | undefined): string {
  return file ? relative(process.cwd(), file) : '?'
}

function indent(text: string): string {
  return `${text.trimEnd().replaceAll(/^/gm, '    ')}\n`
}
