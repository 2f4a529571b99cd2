/**
 * What a session publishes, one append at a time and in the order of its steps. Whatever is computed while an append is under
 * way goes out together as the next one, so the wait for the log does not add up step by step.
 */
export interface PublicationQueue<Step> {
  /** Steps that were added and are not published yet. */
  readonly length: number
  /** Resolves once the step, and everything added before it, is published. */
  add(step: Promise<Step>): Promise<void>
  /** Runs an action after everything added before the call is published and before the rest. */
  inOrder<T>(act: () => Promise<T>): Promise<T>
  /** Resolves once what is first in the queue is done. */
  first(): Promise<void>
  /** Resolves once everything added so far is done. */
  settled(): Promise<void>
}

interface Waiting<Step> {
  /** Undefined until it is computed, and for an action. */
  step?: Step
  ready: Promise<unknown>
  act?: () => Promise<void>
  done: PromiseWithResolvers<void>
}

/** Rejects with the first failure from then on: what comes after a step that was not published must not be. */
export function createPublicationQueue<Step>(
  publish: (steps: readonly Step[]) => Promise<void>,
): PublicationQueue<Step> {
  const waiting: Waiting<Step>[] = []
  let failure: { reason: unknown } | null = null
  let running = false
  let last: Promise<void> = Promise.resolve()

  function enqueue(entry: Waiting<Step>): Promise<void> {
    const { promise } = entry.done
    // Who does not wait for one hears of its failure from the next.
    promise.catch(() => {})
    last = promise
    waiting.push(entry)
    if (!running) void run()
    return promise
  }

  async function run(): Promise<void> {
    running = true
    for (;;) {
      const [head] = waiting
      if (!head) break
      let group = [head]
      try {
        if (failure) throw failure.reason
        await head.ready
        if (head.act) await head.act()
        else {
          group = waiting.slice(0, computedFrom(waiting))
          await publish(group.map(({ step }) => step as Step))
        }
      } catch (reason) {
        failure ??= { reason }
      }
      waiting.splice(0, group.length)
      for (const { done } of group) {
        if (failure) done.reject(failure.reason)
        else done.resolve()
      }
    }
    running = false
  }

  return {
    get length() {
      return waiting.length
    },
    add(step) {
      const entry: Waiting<Step> = { ready: step, done: Promise.withResolvers() }
      entry.ready = step.then(computed => {
        entry.step = computed
      })
      entry.ready.catch(() => {})
      return enqueue(entry)
    },
    async inOrder(act) {
      let result: Awaited<ReturnType<typeof act>> | undefined
      const run = async () => {
        result = await act()
      }
      await enqueue({ ready: Promise.resolve(), act: run, done: Promise.withResolvers() })
      return result as Awaited<ReturnType<typeof act>>
    },
    first: () => waiting[0]?.done.promise ?? Promise.resolve(),
    settled: () => last,
  }
}

/** How many at the head are computed steps. */
function computedFrom(waiting: readonly Waiting<unknown>[]): number {
  const end = waiting.findIndex(({ step }) => step === undefined)
  return end === -1 ? waiting.length : end
}
