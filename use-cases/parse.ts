import type { UseCase } from './define.ts'
import { lengthProblem, nestingProblem } from './event-bounds.ts'
import type { Field, Fields } from './fields.ts'
import type { JsonEvent } from './generator.ts'
import { parseTimestamp } from './timestamp.ts'

export interface Problem {
  /** Path of the field, such as `location.lat`; `$` for the whole record. */
  field: string
  /** What was there, as JSON, shortened. */
  given: string
  wanted: string
}

export type ParsedEvent =
  | {
      ok: true
      event: JsonEvent
      /** Fields that the use case does not declare, kept aside; null if there are none. */
      extra: JsonEvent | null
      id: string
      /** Event time in Unix milliseconds, with a fraction where the timestamp has one. */
      timeMs: number
      /** The truth, where the event carries it. */
      label: number | null
    }
  | RefusedEvent

export interface RefusedEvent {
  ok: false
  code: 'INVALID_EVENT'
  problems: readonly Problem[]
  message: string
}

export interface EventParser {
  /** Reads a record of the log: UTF-8 JSON. Never throws. */
  (value: Uint8Array | string): ParsedEvent
  /** The same checks for an object that was parsed elsewhere. Never changes it. */
  ofObject(value: unknown): ParsedEvent
}

/** Members of one object level, in flat arrays: a loop over these is all that a check costs. */
interface Shape {
  names: readonly string[]
  fields: readonly Field[]
  /** Shape of each object field, else null. */
  inner: readonly (Shape | null)[]
  known: ReadonlySet<string>
}

/** What a level needs besides being valid: undeclared members taken out, or nulls filled in. */
interface Findings {
  problems: Problem[]
  path: string
}

const maxProblems = 20
const maxGiven = 80
const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Compiles the declaration of a use case into a parser for its events. Types, presence, finite numbers, integers,
 * timestamps and physical limits are checked; categories never seen before are fine.
 */
export function createEventParser(useCase: UseCase): EventParser {
  const shape = compile(useCase.fields)
  const { id: name, eventId, time, label } = useCase

  const ofObject = (value: unknown): ParsedEvent => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return refuse(name, [{ field: '$', given: describe(value), wanted: 'a JSON object' }])
    }
    const found: Findings = { problems: [], path: '' }
    const plain = check(shape, value as JsonEvent, found)
    if (found.problems.length > 0) return refuse(name, found.problems)
    const { event, extra } = plain
      ? { event: value as JsonEvent, extra: null }
      : separate(shape, value as JsonEvent)
    const deep = extra && nestingProblem(extra)
    if (deep) return refuse(name, [deep])
    const truth = label ? event[label.field] : undefined
    return {
      ok: true,
      event,
      extra,
      id: event[eventId] as string,
      timeMs: parseTimestamp(event[time] as string),
      label: typeof truth === 'number' ? truth : null,
    }
  }

  const parse = (value: Uint8Array | string): ParsedEvent => {
    const long = lengthProblem(value.length)
    if (long) return refuse(name, [long])
    let parsed: unknown
    try {
      parsed = JSON.parse(typeof value === 'string' ? value : decoder.decode(value))
    } catch (error) {
      const given = shorten((error as Error).message)
      return refuse(name, [{ field: '$', given, wanted: 'a JSON object in UTF-8' }])
    }
    return ofObject(parsed)
  }
  return Object.assign(parse, { ofObject })
}

/** Checks an object that was parsed elsewhere (GraphQL input, ingestion) as `createEventParser` does. */
export function parseEventObject(useCase: UseCase, value: unknown): ParsedEvent {
  let parser = parsers.get(useCase)
  if (!parser) parsers.set(useCase, (parser = createEventParser(useCase)))
  return parser.ofObject(value)
}

const parsers = new WeakMap<UseCase, EventParser>()

function compile(fields: Fields): Shape {
  const entries = Object.entries(fields)
  return {
    names: entries.map(([name]) => name),
    fields: entries.map(([, field]) => field),
    inner: entries.map(([, field]) => (field.fields ? compile(field.fields) : null)),
    known: new Set(entries.map(([name]) => name)),
  }
}

/** Notes what is wrong; true if the object can be used as it stands, without undeclared or filled-in members. */
function check({ names, fields, inner }: Shape, object: JsonEvent, found: Findings): boolean {
  let plain = true
  let present = 0
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string
    const value = object[name]
    const field = fields[index] as Field
    if (value === null || value === undefined) {
      if (field.presence === 'required') note(found, name, value, field)
      // An optional null leaves, a nullable absence becomes null.
      if (value === (field.presence === 'optional' ? null : undefined)) plain = false
      if (value === null) present++
      continue
    }
    present++
    if (!field.accepts(value)) {
      note(found, name, value, field)
      continue
    }
    const shape = inner[index]
    if (!shape) continue
    const { path } = found
    found.path = `${path}${name}.`
    if (!check(shape, value as JsonEvent, found)) plain = false
    found.path = path
  }
  if (!plain) return false
  // Counting by for-in allocates nothing; own and inherited members cannot differ after JSON.parse, and an object that
  // inherits takes the copying way, which reads own members only.
  let members = 0
  for (const _ in object) members++
  return members === present
}

/** Copies what is declared, in the declared order, and keeps the rest aside. */
function separate({ names, fields, inner, known }: Shape, object: JsonEvent) {
  const event: [string, unknown][] = []
  const extra: [string, unknown][] = []
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string
    const value = object[name] ?? null
    const shape = inner[index]
    if (value === null) {
      if ((fields[index] as Field).presence === 'nullable') event.push([name, null])
    } else if (shape) {
      const nested = separate(shape, value as JsonEvent)
      event.push([name, nested.event])
      if (nested.extra) extra.push([name, nested.extra])
    } else {
      event.push([name, value])
    }
  }
  for (const [name, value] of Object.entries(object)) if (!known.has(name)) extra.push([name, value])
  // fromEntries defines members, so one named __proto__ stays an ordinary member.
  return {
    event: Object.fromEntries(event) as JsonEvent,
    extra: extra.length > 0 ? (Object.fromEntries(extra) as JsonEvent) : null,
  }
}

function note({ problems, path }: Findings, name: string, value: unknown, { wanted }: Field): void {
  if (problems.length < maxProblems) problems.push({ field: path + name, given: describe(value), wanted })
}

/** What a parser answers for an event of the use case with that id when it has these problems. */
export function refuse(useCase: string, problems: readonly Problem[]): RefusedEvent {
  const list = problems.map(({ field, given, wanted }) => `"${field}" is ${given}, wanted ${wanted}`)
  return {
    ok: false,
    code: 'INVALID_EVENT',
    problems,
    message: `${useCase} event refused: ${list.join('; ')}.`,
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return shorten(JSON.stringify(value) ?? String(value))
}

function shorten(text: string): string {
  return text.length > maxGiven ? `${text.slice(0, maxGiven - 3)}...` : text
}
