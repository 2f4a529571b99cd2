import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog } from '#ports/event-log.ts'
import { createPacer } from '#producers/pacer.ts'
import { completeSettings } from '#producers/settings.ts'
import { openSource } from '#producers/source.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Item, JsonEvent } from '#use-cases/generator.ts'
import { topicsOf } from '#use-cases/topics.ts'

/**
 * Appends a seeded realistic stream, each event as soon as its time has come, and its labels, until the signal aborts. What
 * comes late is not waited for: an append does not hold the next one back. Rejects when an append fails.
 */
export async function sendEvents({
  log,
  useCase,
  rate,
  seed,
  signal,
  onAppend,
  onAcknowledged,
}: {
  log: EventLog
  useCase: UseCase
  /** Mean events per second, labels not counted. */
  rate: number
  seed: string
  signal: AbortSignal
  /** Just before the append. */
  onAppend: (eventId: string) => void
  onAcknowledged: (eventIds: readonly string[]) => void
}): Promise<void> {
  const topics = topicsOf(useCase)
  const startMs = Date.now()
  const settings = completeSettings(useCase, { mode: 'realistic', rate, seed })
  const source = await openSource(useCase, settings, startMs)
  const pacer = createPacer({ now: Date.now, startMs, toleranceMs: Infinity })
  const idOf = ({ record }: Item) => String((record as JsonEvent)[useCase.eventId])
  const underWay = new Set<Promise<unknown>>()
  let failure: unknown

  const append = (topic: string, items: readonly Item[]) =>
    log.append(
      topic,
      items.map(item => ({
        key: item.key,
        value: JSON.stringify(item.record),
        ...(item.kind === 'event' && { headers: { event_id: idOf(item) } }),
      })),
    )
  const track = (work: Promise<unknown>) => {
    const settled = work.catch(error => (failure ??= error)).finally(() => underWay.delete(settled))
    underWay.add(settled)
  }

  let next = source.next()
  while (!signal.aborted && failure === undefined) {
    const now = pacer.virtualMs()
    const due: Item[] = []
    for (; next.timeMs <= now; next = source.next()) due.push(next)
    const events = due.filter(({ kind }) => kind === 'event')
    const labels = due.filter(({ kind }) => kind === 'label')
    if (events.length > 0) {
      const ids = events.map(idOf)
      ids.forEach(onAppend)
      track(append(topics.events, events).then(() => onAcknowledged(ids)))
    }
    if (labels.length > 0) track(append(topics.labels, labels))
    await sleep(Math.max(1, pacer.waitMs(next.timeMs)), undefined, { signal }).catch(() => {})
  }
  await Promise.all(underWay)
  if (failure !== undefined) throw failure
}
