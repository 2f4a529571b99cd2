import { openRedisCache } from '#adapters/cache/redis.ts'

/** Opens a cache with the options in its argument, uses and disposes of it: nothing may then keep this process alive. */
const cache = await openRedisCache(JSON.parse(process.argv[2] ?? '{}'))
await cache.subscribe('news', () => {})
await cache.set('key', Uint8Array.of(1))
await cache.get('key')
await cache[Symbol.asyncDispose]()
console.log('disposed')
