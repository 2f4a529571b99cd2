import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import {
  BATCH_RECORDS,
  batchesOf,
  CALLERS,
  PARTITIONS,
  perSecond,
  RECORDS,
  valueOf,
  verify,
} from './workload.ts'

/** Appends the workload to a fresh topic and reads it back through our adapter; records a second of either. */
export const runAdapter = async (
  brokers: readonly string[],
  topic: string,
): Promise<{ produced: number; consumed: number }> => {
  await using log = await openKafkaEventLog({ brokers })
  await log.createTopics([{ name: topic, partitions: PARTITIONS }])
  const texts = Array.from({ length: RECORDS }, (_, i) => valueOf(i))
  // The first append asks for the topic and for a producer id, which a process does once.
  await log.append(topic, [])

  const produceStart = performance.now()
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      for (const batch of batchesOf(caller)) {
        const positions = await log.append(
          topic,
          batch.map(i => ({ key: `key ${i % 977}`, value: texts[i]! })),
        )
        if (positions.length !== BATCH_RECORDS)
          throw new Error(`${positions.length} positions, wanted ${BATCH_RECORDS}.`)
      }
    }),
  )
  const produced = perSecond(produceStart)

  const values: Uint8Array[] = []
  const consumeStart = performance.now()
  for await (const { records } of log.read(topic, { from: 'earliest' }))
    for (const { value } of records) values.push(value)
  const consumed = perSecond(consumeStart)
  verify(values)
  return { produced, consumed }
}
