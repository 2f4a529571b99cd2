import { MAX_EVENT_LENGTH } from '#use-cases/event-bounds.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { childOf, traceHeaders } from '#subgraphs/trace-context.ts'
import type { LabelRecord } from '#use-cases/label-record.ts'
import { useCaseById } from '#use-cases/index.ts'
import type { Context } from '../context.ts'
import type { SubmitLabelInput } from '../resolvers.generated.ts'

/** Appends a label to the use case's label topic, where it takes its place among the others. */
export async function submitLabel(
  { prediction, event }: SubmitLabelInput,
  { lookup, log, trace }: Context,
): Promise<object> {
  const found = prediction ? await lookup.byId(prediction.id) : null
  if (prediction && !found) {
    return {
      __typename: 'NotFound',
      code: 'PREDICTION_NOT_FOUND',
      message: `There is no prediction ${prediction.id}.`,
    }
  }
  const label = (prediction ?? event)?.label as number
  const useCase = useCaseById(found?.record.useCase ?? (event?.useCase as string))
  const eventId = found?.record.eventId ?? (event?.eventId as string)
  if (!useCase.label) return invalid(`${useCase.id} learns without labels.`)
  if (!Number.isFinite(label) || (useCase.task === 'classification' && label !== 0 && label !== 1)) {
    return invalid(
      `${label} given, ${useCase.task === 'classification' ? '0 or 1' : 'a finite number'} wanted.`,
    )
  }
  if (eventId === '') return invalid('An event id of at least one character wanted.')
  if (eventId.length > MAX_EVENT_LENGTH) {
    return invalid(`An event id of ${eventId.length} characters given, at most ${MAX_EVENT_LENGTH} wanted.`)
  }
  const now = Date.now()
  const record: LabelRecord = {
    event_id: eventId,
    label,
    event_time: new Date(found?.record.eventTime ?? now).toISOString(),
    label_time: new Date(now).toISOString(),
    version: 1,
  }
  const key = found ? String(found.record.event[useCase.key]) : null
  const headers = trace ? { ...traceHeaders(childOf(trace)) } : {}
  await log.append(topicsOf(useCase).labels, [{ key, value: JSON.stringify(record), headers }])
  return { useCase, eventId, label }
}

function invalid(message: string): object {
  return { __typename: 'InvalidInput', code: 'INVALID_LABEL', message, path: 'input.label' }
}
