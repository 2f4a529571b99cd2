import { setTimeout as sleep } from 'node:timers/promises'
import { openRedisCache } from '#adapters/cache/redis.ts'

/**
 * Asks for one lease again and again, and writes each answer as a line of JSON. Its clock is wrong by `skewMs`.
 * Arguments: url, owner, ttlMs, pauseMs, skewMs.
 */
const [url = '', owner = '', ttlMs = '', pauseMs = '', skewMs = ''] = process.argv.slice(2)
const realNow = Date.now
Date.now = () => realNow() + Number(skewMs)

await using cache = await openRedisCache({ url })
for (;;) {
  const answer = await cache.acquireLease('contested', owner, Number(ttlMs)).then(
    lease => lease ?? { owner: null },
    (error: Error & { code?: string }) => ({ failed: error.code }),
  )
  console.log(JSON.stringify(answer))
  await sleep(Number(pauseMs))
}
