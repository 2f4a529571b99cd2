import { openSandbox } from './open-sandbox.ts'
import type { Sandbox } from './open-sandbox.ts'
import type { SandboxSpec, WorkerSettings } from './worker-protocol.ts'

export interface SandboxPool extends AsyncDisposable {
  /** A sandbox that nobody else has until it is given back. */
  take(spec: SandboxSpec): Promise<LentSandbox>
}

export interface LentSandbox extends AsyncDisposable {
  connect: Sandbox['connect']
}

/** Keeps sandboxes of statements that are over for the next one over the same files. */
export function createSandboxPool(settings: WorkerSettings): SandboxPool {
  /** Idle ones, the least recently used first. */
  const idle: { key: string; sandbox: Sandbox }[] = []

  const giveBack = async (key: string | null, sandbox: Sandbox) => {
    if (key === null) return sandbox[Symbol.asyncDispose]()
    idle.push({ key, sandbox })
    if (idle.length > settings.sandboxes) await idle.shift()?.sandbox[Symbol.asyncDispose]()
  }

  return {
    async take(spec) {
      // The rows of a tail are another time's already.
      const key = spec.relations.some(relation => relation.tailPath !== undefined)
        ? null
        : JSON.stringify(spec)
      const found = key === null ? -1 : idle.findLastIndex(entry => entry.key === key)
      const sandbox = found < 0 ? await openSandbox(spec, settings) : idle.splice(found, 1)[0]!.sandbox
      return { connect: () => sandbox.connect(), [Symbol.asyncDispose]: () => giveBack(key, sandbox) }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(idle.splice(0).map(({ sandbox }) => sandbox[Symbol.asyncDispose]()))
    },
  }
}
