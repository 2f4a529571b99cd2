import type { UseCase } from '#use-cases/define.ts'
import { compileEventFilter } from '#use-cases/filter.ts'
import type { OutcomeFeed } from '../predictions/outcome-feed.ts'
import type { PredictionLookup } from '../predictions/prediction-lookup.ts'
import type { PredictionModel } from '../predictions/prediction-model.ts'
import { checkRate } from './prediction-stream.ts'
import { endOnReturn } from './end-on-return.ts'
import { sampler } from './sampler.ts'
import { createStream, type StreamMessage } from './stream.ts'

export interface OutcomeModel {
  prediction: PredictionModel
  label: number
  loss: number
}

interface Row {
  session: string
  seq: number
  label: number
  loss: number
  /** Taken while it is in memory: a look into the log for each row would keep the process from its work. */
  prediction: PredictionModel | null
}

/** Labels as they meet their predictions, from now on. */
export function openOutcomeStream({
  useCase,
  feed,
  lookup,
  where,
  sample,
  maxPerSecond,
  signal,
}: {
  useCase: UseCase
  feed: OutcomeFeed
  lookup: PredictionLookup
  where?: object | null | undefined
  sample?: number | null | undefined
  maxPerSecond?: number | null | undefined
  signal?: AbortSignal | undefined
}): AsyncIterableIterator<StreamMessage<OutcomeModel>> {
  checkRate(maxPerSecond)
  const matches = compileEventFilter(useCase, where as Record<string, unknown> | null | undefined)
  const sampled = sampler(sample)
  const stream = createStream<Row>({ maxPerSecond, signal, onEnd: () => listening[Symbol.dispose]() })
  const listening = feed.listen(({ session, rows }) => {
    for (const [seq, label, loss] of rows) {
      const prediction = lookup.recent({ useCase: useCase.id, session, seq })
      stream.push({ session, seq, prediction, label, loss: loss ?? Number.POSITIVE_INFINITY })
    }
  })

  async function* messages(): AsyncGenerator<StreamMessage<OutcomeModel>> {
    let skipped = 0
    try {
      for await (const { value, seq, dropped } of stream.messages()) {
        const { session, seq: of } = value
        const prediction = value.prediction ?? (await lookup.find({ useCase: useCase.id, session, seq: of }))
        skipped += dropped
        if (!prediction || !sampled(prediction.record.eventId)) continue
        const { record } = prediction
        if (!matches(record.event, { score: record.score, detail: { ...record.detail } })) continue
        yield {
          value: { prediction: { ...prediction, label: value.label }, label: value.label, loss: value.loss },
          seq,
          dropped: skipped,
        }
        skipped = 0
      }
    } finally {
      stream.end()
    }
  }
  return endOnReturn(messages(), stream.end)
}
