import type { GraphQLError } from 'graphql'
import { gatewayError } from '../error-codes.ts'

/** Tells a client that its document does not say which operation to run. */
export function noOperation(operationName: string | null | undefined): GraphQLError {
  const wanted = operationName
    ? `an operation named "${operationName}"`
    : 'exactly one operation, or the name of one'
  return gatewayError('OPERATION_RESOLUTION_FAILURE', `The document was expected to hold ${wanted}.`)
}
