import { createHash } from 'node:crypto'

/**
 * A statement's id as the audit has it: whoever reads the audit must not be able to cancel the statement or to read its result, which
 * its own id is enough for. What follows a dot, as in ids of exports, stays.
 */
export function auditId(id: string): string {
  const [own = '', ...rest] = id.split('.')
  return [createHash('sha256').update(own).digest('hex').slice(0, 16), ...rest].join('.')
}
