import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { requireBatchPeers } from '#engines/install-batch-peers.ts'

export interface PeerAnswer {
  /** Of user and system, of the training alone. */
  cpuSeconds: number
  seconds: number
  /** Most memory that the process has held so far. */
  peakBytes: number
  trees: number
  best: number
  iterations: number
  inertia: number
  p99Us: number
  allSeconds: number
}

export interface BatchPeer extends AsyncDisposable {
  readonly versions: Readonly<Record<string, string>>
  ask(request: {
    do: 'lightgbm' | 'catboost' | 'kmeans' | 'predict'
    [option: string]: unknown
  }): Promise<PeerAnswer>
}

/** CatBoost, LightGBM and scikit-learn in a Python of their own. `bare` loads only what is asked for, so that memory can be compared. */
export async function startPeer({
  threads,
  bare = false,
}: {
  threads: number
  bare?: boolean
}): Promise<BatchPeer> {
  const python = await requireBatchPeers()
  const child = spawn(
    python,
    [join(import.meta.dirname, 'peer.py'), String(threads), bare ? 'bare' : 'versions'],
    {
      cwd: tmpdir(),
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async <T>(): Promise<T> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done) throw new Error('The peer ended.')
      if ((value as string).startsWith('{')) return JSON.parse(value as string) as T
    }
  }
  const versions = await next<Record<string, string>>()
  return {
    versions,
    ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      return next()
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.stdin.end()
      await ended
    },
  }
}
