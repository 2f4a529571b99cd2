import { API_KEYS, Encoder, type Protocol, type WireEncoder } from './kafkajs-internals.ts'
import type { AbortedTransaction } from './decode-batches.ts'

/** A place to read from. */
export interface FetchTarget {
  topic: string
  partition: number
  offset: number
}

/** What a broker says of one place. */
export interface FetchedPartition {
  topic: string
  partition: number
  errorCode: number
  /** End of what read_committed readers can see; -1 with some errors. */
  stableEnd: number
  /** Low watermark; -1 with some errors. */
  start: number
  aborted: readonly AbortedTransaction[]
  /** Record batches, the last one perhaps cut off. */
  data: Buffer
}

export interface FetchOptions {
  targets: readonly FetchTarget[]
  /** How long the broker waits for a first byte. */
  maxWaitMs: number
  maxBytes: number
  maxPartitionBytes: number
}

const VERSION = 11
const CONSUMER = -1
const READ_COMMITTED = 1
/** No fetch session: each request names all places. */
const SESSIONLESS = { id: 0, epoch: -1 } as const
const UNKNOWN = -1

/** Fetch of version 11 for a read_committed consumer. kafkajs's own decodes at once what here is shared by readers. */
export const fetchProtocol = ({
  targets,
  maxWaitMs,
  maxBytes,
  maxPartitionBytes,
}: FetchOptions): Protocol<FetchedPartition[]> => {
  const byTopic = Map.groupBy(targets, ({ topic }) => topic)
  return {
    request: {
      apiKey: API_KEYS['Fetch']!,
      apiVersion: VERSION,
      apiName: 'Fetch',
      async encode(): Promise<WireEncoder> {
        const encoder = new Encoder()
          .writeInt32(CONSUMER)
          .writeInt32(maxWaitMs)
          .writeInt32(1)
          .writeInt32(maxBytes)
          .writeInt8(READ_COMMITTED)
          .writeInt32(SESSIONLESS.id)
          .writeInt32(SESSIONLESS.epoch)
          .writeInt32(byTopic.size)
        for (const [topic, partitions] of byTopic) {
          encoder.writeString(topic).writeInt32(partitions.length)
          for (const { partition, offset } of partitions) {
            encoder
              .writeInt32(partition)
              .writeInt32(UNKNOWN)
              .writeInt64(offset)
              .writeInt64(UNKNOWN)
              .writeInt32(maxPartitionBytes)
          }
        }
        return encoder.writeInt32(0).writeString('')
      },
    },
    response: {
      decode: async payload => ({ payload }),
      parse: async ({ payload }: { payload: Buffer }) => decodeFetch(payload),
    },
    logResponseError: false,
  }
}

const decodeFetch = (payload: Buffer): FetchedPartition[] => {
  let at = 4
  const int16 = () => {
    at += 2
    return payload.readInt16BE(at - 2)
  }
  const int32 = () => {
    at += 4
    return payload.readInt32BE(at - 4)
  }
  const int64 = () => {
    at += 8
    return payload.readBigInt64BE(at - 8)
  }
  const errorCode = int16()
  int32()
  const fetched: FetchedPartition[] = []
  const topics = int32()
  for (let i = 0; i < topics; i++) {
    const length = int16()
    const topic = payload.toString('utf8', at, at + length)
    at += length
    const partitions = int32()
    for (let j = 0; j < partitions; j++) {
      const partition = int32()
      const partitionError = int16()
      int64()
      const stableEnd = Number(int64())
      const start = Number(int64())
      const aborted: AbortedTransaction[] = []
      const abortedCount = int32()
      for (let k = 0; k < abortedCount; k++) aborted.push({ producerId: int64(), firstOffset: int64() })
      int32()
      const size = Math.max(0, int32())
      const data = payload.subarray(at, at + size)
      at += size
      fetched.push({
        topic,
        partition,
        errorCode: errorCode || partitionError,
        stableEnd,
        start,
        aborted,
        data,
      })
    }
  }
  return fetched
}
