import { Kafka, logLevel } from 'kafkajs'

/** Kafka's number for it; kafkajs does not export its names to ECMAScript modules. */
const TOPIC = 2

/** Lets a topic keep records for so long only; null for as long as there is room. Segments are rolled every second meanwhile. */
export async function setTopicRetention(
  brokers: readonly string[],
  topic: string,
  retentionMs: number | null,
): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: TOPIC,
          name: topic,
          configEntries: [
            { name: 'retention.ms', value: String(retentionMs ?? -1) },
            { name: 'segment.ms', value: retentionMs === null ? '604800000' : '1000' },
          ],
        },
      ],
    })
  } finally {
    await admin.disconnect()
  }
}
