import { randomUUID } from 'node:crypto'
import { createEventMapper, type EventMapper } from '#use-cases/event-to-graphql.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { typeNames } from '#use-cases/names.ts'
import { createEventParser, type EventParser, type ParsedEvent } from '#use-cases/parse.ts'
import { CodedError } from '#subgraphs/coded-error.ts'

interface Reader {
  parse: EventParser
  mapper: EventMapper
}

const readers = new Map<string, Reader>()

/** Compiled once for each use case. */
export function readerOf(useCase: UseCase): Reader {
  const known = readers.get(useCase.id)
  if (known) return known
  const reader = { parse: createEventParser(useCase), mapper: createEventMapper(useCase) }
  readers.set(useCase.id, reader)
  return reader
}

/** A JSON event as people give it: id and time may be left out. Never throws. */
export function readJsonEvent(useCase: UseCase, given: unknown): ParsedEvent {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return readerOf(useCase).parse.ofObject(given)
  const { eventId, time } = useCase
  const defaults = { [eventId]: randomUUID(), [time]: new Date().toISOString() }
  return readerOf(useCase).parse.ofObject({ ...defaults, ...given })
}

/**
 * The event of an `EventInput`, and the use case that it is of.
 * @throws CodedError `BAD_USER_INPUT`.
 */
export function readEventInput(input: object): { useCase: UseCase; parsed: ParsedEvent } {
  const useCase = useCases.find(candidate => typeNames(candidate).member in input)
  if (!useCase) throw new CodedError('BAD_USER_INPUT', 'An event of exactly one use case wanted.')
  const given = (input as Record<string, Record<string, unknown>>)[typeNames(useCase).member] ?? {}
  const { mapper, parse } = readerOf(useCase)
  const event = mapper.fromInput(given, { newId: randomUUID, now: () => new Date().toISOString() })
  return { useCase, parsed: parse.ofObject(event) }
}
