import { API_KEYS, Encoder, type Protocol } from './kafkajs-internals.ts'

export interface ProducedBatch {
  topic: string
  partition: number
  /** A whole, signed record batch. */
  batch: Buffer
}

export interface ProduceResult {
  topic: string
  partition: number
  errorCode: number
  /** Of the batch's first record. */
  baseOffset: number
}

const VERSION = 7
const ALL_REPLICAS = -1

/** Produce of version 7 with batches that are encoded already, so that a repetition is the same bytes. */
export const produceProtocol = ({
  batches,
  transactionalId,
  timeoutMs,
}: {
  batches: readonly ProducedBatch[]
  transactionalId: string | null
  /** How long the leader waits for the other replicas. */
  timeoutMs: number
}): Protocol<ProduceResult[]> => {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic)
  return {
    request: {
      apiKey: API_KEYS['Produce']!,
      apiVersion: VERSION,
      apiName: 'Produce',
      expectResponse: () => true,
      async encode() {
        const encoder = new Encoder()
          .writeString(transactionalId)
          .writeInt16(ALL_REPLICAS)
          .writeInt32(timeoutMs)
          .writeInt32(byTopic.size)
        for (const [topic, partitions] of byTopic) {
          encoder.writeString(topic).writeInt32(partitions.length)
          for (const { partition, batch } of partitions) encoder.writeInt32(partition).writeBytes(batch)
        }
        return encoder
      },
    },
    response: {
      decode: async payload => ({ payload }),
      parse: async ({ payload }: { payload: Buffer }) => decodeProduce(payload),
    },
    logResponseError: false,
  }
}

const decodeProduce = (payload: Buffer): ProduceResult[] => {
  const results: ProduceResult[] = []
  let at = 0
  const int32 = () => {
    at += 4
    return payload.readInt32BE(at - 4)
  }
  const topics = int32()
  for (let i = 0; i < topics; i++) {
    const length = payload.readInt16BE(at)
    const topic = payload.toString('utf8', at + 2, at + 2 + length)
    at += 2 + length
    const partitions = int32()
    for (let j = 0; j < partitions; j++) {
      const partition = int32()
      const errorCode = payload.readInt16BE(at)
      const baseOffset = Number(payload.readBigInt64BE(at + 2))
      // Then the append time and the low watermark.
      at += 2 + 8 + 8 + 8
      results.push({ topic, partition, errorCode, baseOffset })
    }
  }
  return results
}
