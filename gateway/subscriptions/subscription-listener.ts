import type { GraphQLFormattedError } from 'graphql'
import type { SharedMessage } from './shared-message.ts'

/** Where a client's messages go. Exactly one of `error` and `complete` ends them, unless the client leaves first. */
export interface SubscriptionListener {
  next(message: SharedMessage): void
  /** Called once where the stream may wait for this client; see `OutletStream.pace`. */
  pace(): () => Promise<void> | null
  error(errors: readonly GraphQLFormattedError[]): void
  complete(): void
}
