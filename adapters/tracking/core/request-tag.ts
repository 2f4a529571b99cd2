import { randomUUID } from 'node:crypto'

/**
 * Put on what is created, so that a request whose answer was lost can be told from one that was never carried out; kept from
 * readers, being nobody's business.
 */
export const REQUEST_TAG = 'coelho.request'

/** The tags that are somebody's business. */
export const withoutRequestTag = (tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => key !== REQUEST_TAG))

/** The tag for one request. */
export const newRequestTag = (): Record<string, string> => ({ [REQUEST_TAG]: randomUUID() })
