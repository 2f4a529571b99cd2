import { PortError } from '#ports/port-error.ts'
import type { MetricPoint, RunEntries } from '#ports/tracking.ts'

/** Longest values that MLflow keeps whole; it cuts longer ones short without an error, we refuse them. */
const LONGEST = { key: 250, param: 6000, tag: 8000 }
const NAME = /^[/\p{L}\p{N}_.\- :]+$/u

/** Throws `INVALID_ARGUMENT` for what MLflow would refuse or cut short, before anything is written. */
export const checkEntries = ({ params = {}, metrics = [], tags = {} }: RunEntries): void => {
  for (const [key, value] of Object.entries(params)) {
    checkName('param', key)
    checkLength(`The param ${key}`, value, LONGEST.param)
  }
  for (const [key, value] of Object.entries(tags)) {
    checkName('tag', key)
    checkLength(`The tag ${key}`, value, LONGEST.tag)
  }
  for (const point of metrics) checkPoint(point)
}

/** Names become paths in some stores of MLflow, hence its rules. */
const checkName = (what: string, name: string): void => {
  const isPath = name.split('/').every(part => part !== '' && part !== '.' && part !== '..')
  if (name.length <= LONGEST.key && NAME.test(name) && isPath) return
  throw new PortError(
    'INVALID_ARGUMENT',
    `The ${what} name ${JSON.stringify(name.slice(0, LONGEST.key))} is not one of 1 to ${LONGEST.key} letters, digits, ` +
      'spaces and _ - . : with / between non-empty parts other than . and ...',
  )
}

const checkLength = (what: string, value: string, longest: number): void => {
  if (value.length <= longest) return
  throw new PortError(
    'INVALID_ARGUMENT',
    `${what} has ${value.length} characters, more than ${longest}; longer texts belong into an artifact.`,
  )
}

const checkPoint = ({ name, value, step, at }: MetricPoint): void => {
  checkName('metric', name)
  if (typeof value === 'number' && Number.isSafeInteger(step) && Number.isSafeInteger(at) && at >= 0) return
  throw new PortError(
    'INVALID_ARGUMENT',
    `A point of the metric ${name} has value ${value}, step ${step} and time ${at}; ` +
      'wanted are a number, an integer, and Unix milliseconds.',
  )
}
