import { randomUUID } from 'node:crypto'
import { GraphQLError } from 'graphql'
import type { GraphQLFormattedError } from 'graphql'
import type { GatewayLogger } from './logger.ts'

export type FormatError = (formatted: GraphQLFormattedError, original?: unknown) => GraphQLFormattedError

/** Codes that say only that something unforeseen happened. */
const UNFORESEEN: readonly unknown[] = [
  undefined,
  'INTERNAL_SERVER_ERROR',
  'DOWNSTREAM_SERVICE_ERROR',
  'UNEXPECTED_ERROR',
]

/** What V8 says when a recursive parser meets a document of many levels. */
const STACK_OVERFLOW = 'Maximum call stack size exceeded'

/**
 * Makes the one function through which every error leaves the gateway. A coded error passes, without what subgraphs
 * disclose of their insides; an unforeseen one is logged with an id and only the id goes out.
 */
export function createErrorFormatter({ logger }: { logger: GatewayLogger }): FormatError {
  return (unplaced, original) => {
    const formatted = withClientPath(unplaced)
    const {
      stacktrace: _stack,
      exception: _exception,
      http: _http,
      ...extensions
    } = formatted.extensions ?? {}
    if (extensions.code === 'GRAPHQL_PARSE_FAILED' && formatted.message === STACK_OVERFLOW)
      return { ...formatted, message: 'The document is nested too deeply.', extensions }
    if (!UNFORESEEN.includes(extensions.code)) return { ...formatted, extensions }
    const id = randomUUID()
    const cause = original === undefined ? formatted : rootCause(original)
    logger.error('An operation failed unexpectedly.', {
      id,
      message: formatted.message,
      path: formatted.path,
      subgraph: extensions.serviceName,
      cause: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    })
    const { message: _message, ...rest } = formatted
    return {
      message: `Internal server error. The log knows it as ${id}.`,
      ...rest,
      extensions: { ...extensions, code: 'INTERNAL_SERVER_ERROR', id },
    }
  }
}

/** The executor writes "@" for "each item of the list"; a path of GraphQL has positions only, so it ends before. */
function withClientPath(error: GraphQLFormattedError): GraphQLFormattedError {
  const list = error.path?.indexOf('@') ?? -1
  return list < 0 ? error : { ...error, path: error.path?.slice(0, list) ?? [] }
}

/** Formats whatever was thrown or reported. */
export function formatAll(formatError: FormatError, errors: readonly unknown[]): GraphQLFormattedError[] {
  return errors.map(error => formatError(toFormatted(error), error))
}

function toFormatted(error: unknown): GraphQLFormattedError {
  if (error instanceof GraphQLError) return error.toJSON()
  if (isFormatted(error)) {
    const { message, path, locations, extensions } = error
    return {
      message,
      ...(path && { path }),
      ...(locations && { locations }),
      ...(extensions && { extensions }),
    }
  }
  return { message: String(error) }
}

function isFormatted(error: unknown): error is GraphQLFormattedError {
  return (
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
  )
}

function rootCause(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && cause.originalError && cause.originalError !== cause)
    cause = cause.originalError
  return cause
}
