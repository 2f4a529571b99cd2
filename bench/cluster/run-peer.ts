import { zstdDecompressSync } from 'node:zlib'
import kafkajs from 'kafkajs'
import { wallClock } from './wall-clock.ts'

// Child of bench/cluster.ts: a plain kafkajs consumer of one topic. Prints `ready`, then a line of JSON for each batch:
// `[received, [eventId, …]]`, received in Unix milliseconds.

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs
// What it lacks to read what our producers write.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: () => Promise.reject(new Error('The peer only reads.')),
  decompress: async (records: Buffer) => zstdDecompressSync(records),
})

const [, , broker = '', topic = ''] = process.argv
const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).consumer({
  groupId: 'bench-peer',
})
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: false })
consumer.on('consumer.group_join', () => process.stdout.write('ready\n'))
await consumer.run({
  autoCommit: false,
  partitionsConsumedConcurrently: 3,
  async eachBatch({ batch: { messages } }) {
    const now = wallClock()
    const ids = messages.map(({ headers }) => String(headers?.['event_id']))
    process.stdout.write(`${JSON.stringify([now, ids])}\n`)
  },
})
