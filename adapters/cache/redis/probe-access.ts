import type { KeyNames } from './key-names.ts'
import { runScript } from './lua-script.ts'
import type { RedisClient } from './redis-client.ts'
import { TAKE_TOKENS } from './take-tokens-script.ts'

/** Does once what the cache will do, on keys that nobody reads, so that a denial shows at the start and not in operation. */
export const probeAccess = async (client: RedisClient, names: KeyNames): Promise<void> => {
  const key = `${names.probe}:value`
  const steps = [
    () => client.set(key, '', 'PX', 1),
    () => client.getBuffer(key),
    () => client.unlink(key),
    () => runScript(client, TAKE_TOKENS, `${names.probe}:bucket`, [1, 1000, 1]),
    () => client.publish(names.probe, ''),
  ]
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      // A full server still reads, and says so when it is written to.
      if (!(error instanceof Error && /\bOOM\b/.test(error.message))) throw error
    }
  }
}
