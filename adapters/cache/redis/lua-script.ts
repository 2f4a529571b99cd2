import { createHash } from 'node:crypto'
import type { RedisClient } from './redis-client.ts'

export interface LuaScript {
  readonly text: string
  readonly sha: string
}

/** A script over exactly one key, so that it touches one slot of a cluster. */
export const luaScript = (text: string): LuaScript => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
})

/** Runs a script by its hash; a server that was restarted or flushed gets its text again. */
export const runScript = async (
  client: RedisClient,
  { text, sha }: LuaScript,
  key: string,
  args: readonly (string | number)[],
): Promise<unknown> => {
  try {
    return await client.evalsha(sha, 1, key, ...args)
  } catch (error) {
    // The script did not run: sending it once more cannot run it twice.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return await client.call('EVAL', text, 1, key, ...args)
  }
}
