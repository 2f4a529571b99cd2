import { Encoder, REQUESTS } from './kafkajs-internals.ts'
import type { Link } from './link.ts'

export interface MetadataAnswer {
  brokers: readonly { nodeId: number; host: string; port: number }[]
  controllerId: number
  topicMetadata: readonly {
    topicErrorCode: number
    topic: string
    isInternal: boolean
    partitionMetadata: readonly { partitionErrorCode: number; partitionId: number; leader: number }[]
  }[]
}

/** The newest that kafkajs speaks; Kafka 1.0 and later do, too. */
const VERSION = 6

/** Asks for brokers and for topics: those named, none, or all. Error codes are left to the caller. */
export const requestMetadata = (link: Link, topics: readonly string[] | 'all'): Promise<MetadataAnswer> => {
  const options = { topics: topics === 'all' ? [] : topics, allowAutoTopicCreation: false }
  const { request, response } = REQUESTS['Metadata']!.protocol({ version: VERSION })(options)
  // kafkajs takes an empty list for all topics, so asking for none is encoded here.
  const none = async () => new Encoder().writeInt32(0).writeInt8(0)
  return link.send<MetadataAnswer>({
    request: topics.length === 0 ? { ...request, encode: none } : request,
    response: { decode: response.decode, parse: async (decoded: MetadataAnswer) => decoded },
  })
}
