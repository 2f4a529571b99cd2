import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { AnswerModel } from './answer-model.ts'
import type { AskModel } from './ask-model.ts'
import { type EventField, eventFields } from './event-field.ts'
import { readerOf } from './read-event.ts'

export interface SmallestChangeModel {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
  /** Share of the field's usual range between both; 1 for another category. */
  readonly distance: number
  readonly answer: AnswerModel
}

/** Values of a number that are tried on each side before the border is narrowed down. */
const STEPS = 48
const HALVINGS = 24

/**
 * The smallest change of one field that turns a classification's decision, or puts the event into another cluster; null if none
 * does, and for regressions, which decide nothing. Fields of numbers are searched over their usual range from the given value outwards,
 * and the border is then narrowed down; so a decision that turns twice between two tried values may be missed.
 */
export function smallestChange(
  useCase: UseCase,
  event: JsonEvent,
  ask: AskModel,
  base: AnswerModel,
): SmallestChangeModel | null {
  if (useCase.task === 'regression') return null
  const { parse } = readerOf(useCase)
  const turned = (field: EventField, value: unknown) => {
    const changed = field.set(event, value)
    if (!parse.ofObject(changed).ok) return null
    const answer = ask(changed)
    return isSame(answer, base) ? null : answer
  }
  let best: SmallestChangeModel | null = null
  for (const field of eventFields(useCase)) {
    const found = isNumber(field) ? nearestNumber(field, event, turned) : nearestValue(field, event, turned)
    if (found && (best === null || found.distance < best.distance)) best = found
  }
  return best
}

function isSame({ answer: a }: AnswerModel, { answer: b }: AnswerModel): boolean {
  return a.flagged === b.flagged && a.cluster === b.cluster
}

function isNumber({ field: { kind, domain } }: EventField): boolean {
  return (kind === 'number' || kind === 'integer') && domain.min !== undefined && domain.max !== undefined
}

type Turned = (field: EventField, value: unknown) => AnswerModel | null

function nearestNumber(field: EventField, event: JsonEvent, turned: Turned): SmallestChangeModel | null {
  const from = field.get(event)
  if (typeof from !== 'number') return null
  const { min = 0, max = 0 } = field.field.domain
  const width = max - min
  const round = (value: number) => (field.field.kind === 'integer' ? Math.round(value) : value)
  let best: SmallestChangeModel | null = null
  for (const border of [min, max]) {
    let near = from
    for (let step = 1; step <= STEPS; step++) {
      const value = round(from + ((border - from) * step) / STEPS)
      if (value === near) continue
      const answer = turned(field, value)
      if (!answer) {
        near = value
        continue
      }
      const found = narrowed(near, { value, answer })
      const distance = Math.abs(found.value - from) / width
      if (best === null || distance < best.distance)
        best = { field: field.path, from, to: found.value, distance, answer: found.answer }
      break
    }
  }
  return best

  /** Between a value that changes nothing and one that does. */
  function narrowed(near: number, far: { value: number; answer: AnswerModel }) {
    let [low, high] = [near, far]
    for (let i = 0; i < HALVINGS; i++) {
      const value = round((low + high.value) / 2)
      if (value === low || value === high.value) break
      const answer = turned(field, value)
      if (answer) high = { value, answer }
      else low = value
    }
    return high
  }
}

function nearestValue(field: EventField, event: JsonEvent, turned: Turned): SmallestChangeModel | null {
  const from = field.get(event) ?? null
  const { kind, domain, presence } = field.field
  const values: unknown[] = kind === 'flag' ? [false, true] : [...(domain.values ?? [])]
  if (presence === 'nullable') values.push(null)
  for (const to of values) {
    if (to === from) continue
    const answer = turned(field, to)
    if (answer) return { field: field.path, from, to, distance: 1, answer }
  }
  return null
}
