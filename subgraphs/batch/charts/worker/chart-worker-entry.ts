import { enableCompileCache, flushCompileCache } from 'node:module'
import { dirname } from 'node:path'
import { workerData } from 'node:worker_threads'

// Threads do not inherit the cache of compiled code: without it most of a first chart is the compilation of what draws it.
const { compileCache } = workerData as { compileCache: string | undefined }
// Node adds a folder for its own version.
if (compileCache) enableCompileCache(dirname(compileCache))
await import('./chart-worker.ts')
// A thread that is terminated would not write what it has compiled.
if (compileCache) flushCompileCache()
