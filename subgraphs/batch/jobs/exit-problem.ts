import { CodedError } from '#subgraphs/coded-error.ts'

const OUT_OF_MEMORY =
  /heap out of memory|Allocation failed|allocation failed|bad_alloc|ERR_WORKER_OUT_OF_MEMORY|Cannot allocate memory/
/** How Node and native code begin the line that says what went wrong. */
const REASON = /^(Uncaught )?(\w*Error\b.*|FATAL ERROR: .*|terminate called .*|Segmentation fault.*)$/m
const LONGEST = 500

/**
 * Why a training process ended without a word of its own: `TRAINING_OUT_OF_MEMORY` or `TRAINING_PROCESS_LOST`.
 * `stderr` is the end of what it wrote there.
 */
export function exitProblem({
  code,
  signal,
  stderr,
  memoryMb,
}: {
  code: number | null
  signal: NodeJS.Signals | null
  stderr: string
  /** Its limit, if it had one. */
  memoryMb: number | null
}): CodedError {
  if (OUT_OF_MEMORY.test(stderr)) {
    const limit = memoryMb === null ? 'there is' : `its limit of ${memoryMb} MB`
    return new CodedError('TRAINING_OUT_OF_MEMORY', `The training needed more memory than ${limit}.`)
  }
  const how = signal ? `was ended by ${signal}` : `ended with code ${code} and without a result`
  const why = reasonIn(stderr)
  const hint = signal === 'SIGKILL' ? ', as systems do that run out of memory' : ''
  return new CodedError(
    'TRAINING_PROCESS_LOST',
    `The training process ${how}${hint}${why ? `: ${why}` : ''}.`,
  )
}

function reasonIn(stderr: string): string | null {
  const said = REASON.exec(stderr)?.[0] ?? stderr.trim().split('\n').at(-1)
  return said ? said.trim().slice(0, LONGEST).replace(/\.$/, '') : null
}
