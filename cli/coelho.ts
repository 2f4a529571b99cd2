import { enableCompileCache } from 'node:module'

// Type stripping and compilation are paid once per version of a file.
enableCompileCache(new URL('../.cache/compile', import.meta.url).pathname)
await import('./run.ts')
