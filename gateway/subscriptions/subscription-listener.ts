import type { GraphQLFormattedError } from 'graphql'
import type { SharedMessage } from './shared-message.ts'

/** Where a client's messages go. Exactly one of `error` and `complete` ends them, unless the client leaves first. */
export interface SubscriptionListener {
  next(message: SharedMessage): void
  error(errors: readonly GraphQLFormattedError[]): void
  complete(): void
}
