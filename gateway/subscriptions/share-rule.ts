import { rootFieldOf } from './root-field.ts'
import type { ShareRule, SubscriptionRequest } from './subscription-hub.ts'

/** Streams begun at a position of the client's choosing are its own; all others may be shared. */
export const shareUnlessResumed: ShareRule = ({ args }) =>
  args.resumeFrom === undefined || args.resumeFrom === null

/** Applies a rule to a request. */
export function mayShare(rule: ShareRule, request: SubscriptionRequest): boolean {
  const root = rootFieldOf(request)
  return root !== undefined && rule(root)
}
