import type { Answer } from './failures.ts'

export interface Creation<T> {
  /** Sends the request; `found` is for `Http`, which asks it before it sends again. */
  create: (found: () => Promise<Answer | undefined>) => Promise<T>
  /** Everything that carries the tag of this request, in an order that stays. */
  find: () => Promise<readonly T[]>
  /** The answer that the request would have had. */
  answer: (created: T) => unknown
  remove: (double: T) => Promise<unknown>
}

/**
 * Creates something exactly once although answers get lost. A request without an answer may have been carried out, so what it
 * would have made is looked for first. It may also be carried out after that look: of several, one is kept.
 */
export const createOnce = async <T>({ create, find, answer, remove }: Creation<T>): Promise<T> => {
  let wasInDoubt = false
  const created = await create(async () => {
    wasInDoubt = true
    const [found] = await find()
    if (found === undefined) return
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(answer(found))) }
  })
  if (!wasInDoubt) return created
  const [kept = created, ...doubles] = await find()
  for (const double of doubles) await remove(double)
  return kept
}
