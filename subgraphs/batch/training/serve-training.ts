import type { Lake } from '#ports/lake.ts'
import type { FromTraining, ToTraining } from '../jobs/training-protocol.ts'
import { runTraining, type RunTrainingOptions } from './run-training.ts'

/** The channel to the process that started this one, such as `process` of a forked one. */
export interface TrainingChannel {
  send?(message: FromTraining, sent: (error: Error | null) => void): unknown
  on(event: 'message', listener: (message: ToTraining) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
}

interface Options extends Omit<RunTrainingOptions, 'lake' | 'signal' | 'report'> {
  channel: TrainingChannel
  openLake: () => Promise<AsyncDisposable & { readonly lake: Lake }>
}

/**
 * The side of the process that trains. `cancel`, and the end of the channel, stop it within one iteration. Resolves once its last word
 * was said and the lake is closed; never rejects.
 */
export async function serveTraining({ channel, openLake, ...training }: Options): Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  channel.on('message', ({ type }) => {
    if (type === 'cancel') stopping.abort()
  })
  // Whoever wanted the model is gone.
  channel.on('disconnect', () => stopping.abort())
  /** Nobody hears it once the channel has ended. */
  const say = (message: FromTraining) =>
    new Promise<void>(resolve => (channel.send ? channel.send(message, () => resolve()) : resolve()))
  try {
    await using opened = await openLake()
    const report: RunTrainingOptions['report'] = update => void say({ type: 'update', update })
    const result = await runTraining({ ...training, lake: opened.lake, signal, report })
    // One by one: a message of all of them would keep the platform from answering while it is read.
    for (const [path, content] of result.files) await say({ type: 'file', path, content })
    await say({ type: 'result', result: { ...result, files: new Map() } })
  } catch (error) {
    await say({ type: 'failed', ...problemOf(error, signal) })
  }
}

function problemOf(error: unknown, { aborted }: AbortSignal): { code: string; message: string } {
  if (aborted) return { code: 'STOPPED', message: 'The training was stopped.' }
  const { code, message } = error as { code?: unknown; message?: unknown }
  return {
    code: typeof code === 'string' ? code : 'INTERNAL',
    message: typeof message === 'string' && message !== '' ? message : String(error),
  }
}
