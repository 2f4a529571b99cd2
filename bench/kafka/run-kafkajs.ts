import { Kafka, logLevel, Partitioners } from 'kafkajs'
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

/** The same by kafkajs's own producer and consumer, with the same promises: all replicas, idempotent, read_committed. */
export const runKafkaJs = async (
  brokers: readonly string[],
  topic: string,
): Promise<{ produced: number; consumed: number }> => {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner })
  const consumer = kafka.consumer({ groupId: topic })
  try {
    await admin.connect()
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true })
    await producer.connect()
    const texts = Array.from({ length: RECORDS }, (_, i) => valueOf(i))

    const produceStart = performance.now()
    await Promise.all(
      Array.from({ length: CALLERS }, async (_, caller) => {
        for (const batch of batchesOf(caller)) {
          const messages = batch.map(i => ({ key: `key ${i % 977}`, value: texts[i]! }))
          if (messages.length !== BATCH_RECORDS)
            throw new Error(`${messages.length} messages, wanted ${BATCH_RECORDS}.`)
          await producer.send({ topic, acks: -1, messages })
        }
      }),
    )
    const produced = perSecond(produceStart)

    const values: Uint8Array[] = []
    const done = Promise.withResolvers<number>()
    // From the first batch on: joining a group takes seconds and is no reading.
    let consumeStart = 0
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: PARTITIONS,
      async eachBatch({ batch }) {
        consumeStart ||= performance.now()
        for (const { value } of batch.messages) values.push(value!)
        if (values.length >= RECORDS) done.resolve(perSecond(consumeStart))
      },
    })
    const consumed = await done.promise
    verify(values)
    return { produced, consumed }
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect(), consumer.disconnect()])
  }
}
