import { GraphQLError, Kind } from 'graphql'

const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/

/**
 * Gives an execution error its `extensions.code`: the code it has, else the `code` of the error that a resolver threw,
 * else BAD_USER_INPUT where a value did not fit its type. Anything else stays without a code: the gateway hides it.
 */
export function toCodedError(error: GraphQLError): GraphQLError {
  const code = codeOfExecution(error)
  if (code === undefined || code === error.extensions.code) return error
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    path: error.path ?? null,
    originalError: error.originalError ?? error,
    extensions: { ...error.extensions, code },
  })
}

function codeOfExecution(error: GraphQLError): string | undefined {
  if (typeof error.extensions.code === 'string') return error.extensions.code
  if (error.originalError && !(error.originalError instanceof GraphQLError))
    return codeOf(error.originalError)
  return isInputError(error) ? 'BAD_USER_INPUT' : undefined
}

/** The code of an error that was thrown to be told. Those of Node (`ERR_…`) and of the operating system say nothing to a client. */
export function codeOf(error: Error): string | undefined {
  if (!('code' in error) || typeof error.code !== 'string' || !CODE.test(error.code)) return undefined
  if (error.code.startsWith('ERR_') || 'errno' in error || 'syscall' in error) return undefined
  return error.code
}

/** graphql-js marks neither case: a variable's error points at its definition, an argument's at the value. */
function isInputError(error: GraphQLError): boolean {
  if (error.nodes?.some(node => node.kind === Kind.VARIABLE_DEFINITION)) return true
  return /^Argument ".*" (has invalid value|of (required|non-null) type)/.test(error.message)
}
