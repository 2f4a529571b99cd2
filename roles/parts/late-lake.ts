import type { Adapters } from '#adapters/open.ts'
import type { RoleConfig } from '#config.ts'
import type { GatewayLogger } from '#gateway/logger.ts'
import type { Lake } from '#ports/lake.ts'
import { openRoleAdapters } from './open-role-adapters.ts'

export interface LateLake extends AsyncDisposable {
  /** Throws what opening throws; whoever asks next tries again. */
  open(): Promise<Lake>
}

/** The lake for a role that seldom needs it: opened when it is first asked for, so that an outage of the store keeps nobody from starting. */
export function createLateLake(
  config: Pick<RoleConfig, 'engines' | 'instance' | 'sql'>,
  { logger }: { logger: GatewayLogger },
): LateLake {
  let opening: Promise<Adapters<'lake'>> | null = null
  return {
    async open() {
      // What it copies to this machine is for this process alone, wherever the role keeps the rest.
      opening ??= openRoleAdapters({ ...config, dataDir: null }, { ports: ['lake'], logger })
      try {
        return (await opening).lake
      } catch (error) {
        opening = null
        throw error
      }
    },
    async [Symbol.asyncDispose]() {
      const opened = await opening?.catch(() => null)
      await opened?.[Symbol.asyncDispose]()
    },
  }
}
