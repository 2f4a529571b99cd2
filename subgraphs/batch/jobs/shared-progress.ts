import type { Cache } from '#ports/cache.ts'
import type { JobProgress, JobRecord } from './job.ts'
import { sharedProgress } from './job-progress.ts'

/** Tells other processes how far a job is. Control would keep every such message, which nobody needs a second later. */
export interface SharedProgress extends AsyncDisposable {
  /** At most one message per job in a while, the newest. */
  tell(job: JobRecord): void
}

interface Message {
  readonly from: string
  readonly id: string
  readonly attempts: number
  readonly progress: JobProgress
}

const CHANNEL = 'batch-job-progress'

export async function openSharedProgress({
  cache,
  instance,
  everyMs,
  onProgress,
}: {
  cache: Cache
  instance: string
  everyMs: number
  onProgress: (id: string, attempts: number, progress: JobProgress) => void
}): Promise<SharedProgress> {
  const waiting = new Map<string, JobRecord>()
  let timer: NodeJS.Timeout | undefined

  const hearing = await cache.subscribe(CHANNEL, message => {
    const { from, id, attempts, progress } = JSON.parse(new TextDecoder().decode(message)) as Message
    if (from !== instance) onProgress(id, attempts, progress)
  })

  function send(): void {
    timer = undefined
    for (const { id, attempts, progress } of waiting.values()) {
      const message: Message = { from: instance, id, attempts, progress: sharedProgress(progress) }
      // Who misses it hears the next one, or the next state.
      cache.publish(CHANNEL, Buffer.from(JSON.stringify(message))).catch(() => {})
    }
    waiting.clear()
  }

  return {
    tell(job) {
      waiting.set(job.id, job)
      timer ??= setTimeout(send, everyMs).unref()
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      await hearing[Symbol.asyncDispose]()
    },
  }
}
