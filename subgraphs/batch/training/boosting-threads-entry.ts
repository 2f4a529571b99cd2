import { parentPort } from 'node:worker_threads'
import type { BoostingShared } from '#learn/batch/boosting/boosting-shared.ts'
import { serveBoostingThread } from '#learn/batch/boosting/boosting-threads.ts'

/** A helper thread of gradient boosting: says that it is there, then serves each training that it is sent. */
parentPort?.on('message', (shared: BoostingShared) => serveBoostingThread(shared))
parentPort?.postMessage('ready', [])
