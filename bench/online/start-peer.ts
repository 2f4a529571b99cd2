import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { requireOnlinePeers } from '#engines/install-online-peers.ts'

/** A model of River by its dotted name, such as `forest.ARFClassifier`; `before` are the steps of its pipeline. */
export interface RiverModel {
  model: string
  params?: Readonly<Record<string, unknown>>
  before?: readonly RiverModel[]
}

interface Examples {
  /** Lines of JSON, `{ x, y }`: see `writeExamples`. */
  file: string
  task: 'classification' | 'regression'
  model: RiverModel
}

/** Regression has `mae` and `rmse`, classification the others. */
export interface RiverQuality {
  cpuSeconds: number
  mae: number
  rmse: number
  logLoss: number
  accuracy: number
  auc: number
}

export interface OnlinePeer extends AsyncDisposable {
  readonly versions: Readonly<Record<string, string>>
  /** Predicts and learns in turn. CPU seconds without the first `warm` examples, the scores over all. */
  prequential(request: Examples & { warm?: number }): Promise<RiverQuality>
  /** CPU time of a prediction after all examples were learned. */
  predicting(request: Examples & { predictions: number }): Promise<{ microseconds: number }>
}

/** River in a Python of its own; it answers one request after the other. Throws with the remedy where it is not installed. */
export async function startPeer(): Promise<OnlinePeer> {
  const python = await requireOnlinePeers()
  const child = spawn(python, [join(import.meta.dirname, 'peer.py')], {
    cwd: tmpdir(),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('River ended.')
    return JSON.parse(value as string) as T
  }
  const ask = <T>(request: object): Promise<T> => {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    return next()
  }
  return {
    versions: await next<Record<string, string>>(),
    prequential: request => ask({ do: 'prequential', ...request }),
    predicting: request => ask({ do: 'predicting', ...request }),
    async [Symbol.asyncDispose]() {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.stdin.end()
      await ended
    },
  }
}
