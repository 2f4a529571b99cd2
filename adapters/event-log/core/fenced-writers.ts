import type { EventLog, FencedWriter, RecordPosition, TopicBatch } from '#ports/event-log.ts'
import { PortError } from '#ports/port-error.ts'

interface Holder {
  fenced: boolean
  /** Settles with everything that it has begun. */
  pending: Promise<unknown>
}

/** Writers by id: the newest holder of an id fences the one before it, whose last appends are waited for. */
export const createFencedWriters = (append: EventLog['append']): EventLog['openWriter'] => {
  const holders = new Map<string, Holder>()

  return async id => {
    const predecessor = holders.get(id)
    const own: Holder = { fenced: false, pending: Promise.resolve() }
    holders.set(id, own)
    if (predecessor) {
      predecessor.fenced = true
      await predecessor.pending
    }

    const appendAll = async (batches: readonly TopicBatch[]) => {
      const positions: (readonly RecordPosition[])[] = []
      for (const { topic, records, partition } of batches) {
        positions.push(await append(topic, records, partition === undefined ? {} : { partition }))
      }
      return positions
    }
    const writer: FencedWriter = {
      append(batches) {
        if (own.fenced) {
          const message = `Writer ${id} was opened again elsewhere; this holder can append no more.`
          return Promise.reject(new PortError('WRITER_FENCED', message, { details: { writer: id } }))
        }
        const done = appendAll(batches)
        own.pending = Promise.allSettled([own.pending, done])
        return done
      },
      async [Symbol.asyncDispose]() {
        await own.pending
        own.fenced = true
        if (holders.get(id) === own) holders.delete(id)
      },
    }
    return writer
  }
}
