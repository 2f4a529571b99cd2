import { GraphQLError } from 'graphql'
import { PortError } from '#ports/port-error.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { codeOf } from '#subgraphs/serve/coded-error.ts'

/** Details of a port's errors that clients may see; others name places of this machine or of the store. */
const SHOWN = ['position', 'line', 'column', 'what', 'earliest', 'latest', 'version']

/**
 * What a client is told about a statement that failed: the code, where in the statement it is, and the statement's id. Faults of
 * the store are told without its address.
 */
export function statementError(error: unknown, id?: string): Error {
  if (error instanceof GraphQLError || !(error instanceof Error)) return error as Error
  if (error instanceof PortError) {
    const { code, details } = error
    const isEngine = code.startsWith('ENGINE_') || code === 'LAKE_CLOSED'
    const shown = Object.fromEntries(Object.entries(details).filter(([name]) => SHOWN.includes(name)))
    return new GraphQLError(isEngine ? UNAVAILABLE : error.message, {
      originalError: error,
      extensions: {
        ...(isEngine ? {} : shown),
        ...(id && { id }),
        code: isEngine ? 'LAKE_UNAVAILABLE' : code,
      },
    })
  }
  if (!(error instanceof CodedError) || !id) return error
  return new GraphQLError(error.message, { originalError: error, extensions: { id, code: error.code } })
}

/** The code under which a failure goes into the audit and metrics. */
export function outcomeOf(error: unknown): string {
  if (error instanceof GraphQLError) return String(error.extensions['code'] ?? UNFORESEEN)
  return (error instanceof Error && codeOf(error)) || UNFORESEEN
}

const UNFORESEEN = 'INTERNAL_SERVER_ERROR'
const UNAVAILABLE = 'The lake does not answer; its tables can be asked again in a few seconds.'
