import { startKafkaBroker } from '#engines/kafka-broker.ts'
import type { BenchResult } from './bench-result.ts'
import { environment as machine } from './environment.ts'
import { runAdapter } from './kafka/run-adapter.ts'
import { runKafkaJs } from './kafka/run-kafkajs.ts'
import { BATCH_RECORDS, CALLERS, PARTITIONS, RECORD_BYTES, RECORDS } from './kafka/workload.ts'
import { median } from './log/median.ts'

const ROUNDS = 5
const VERSION = '4.4.0'

/** How many messages a second the Kafka adapter produces and consumes, beside plain kafkajs. */
export const run = async (): Promise<BenchResult[]> => {
  await using broker = await startKafkaBroker({ version: VERSION })
  const environment = { ...machine(), kafka: VERSION, kafkajs: '2.2.4' }
  const ours: { produced: number; consumed: number }[] = []
  const peer: { produced: number; consumed: number }[] = []
  // The first round warms both up and does not count.
  for (let round = 0; round <= ROUNDS; round++) {
    const runs = [
      async () => ours.push(await runAdapter(broker.brokers, `ours-${round}`)),
      async () => peer.push(await runKafkaJs(broker.brokers, `peer-${round}`)),
    ]
    // Taking turns at going first, since the broker does in the background what the one before has left.
    for (const run of round % 2 === 0 ? runs : runs.toReversed()) await run()
  }
  const work = `${RECORDS} messages of ${RECORD_BYTES} B, ${PARTITIONS} partitions, broker on the same machine`
  const rounds = `median of ${ROUNDS} rounds after one to warm up, interleaved; every message read back and compared`
  const compare = (what: 'produced' | 'consumed', method: string): BenchResult => {
    const [a, b] = [ours, peer].map(results => median(results.slice(1).map(result => result[what]))) as [
      number,
      number,
    ]
    return {
      name: `kafka-${what}`,
      ours: a,
      peer: b,
      ratio: a / b,
      unit: 'messages/s',
      method: `${work}; ${method}; ${rounds}`,
      environment,
    }
  }
  return [
    compare(
      'produced',
      `${CALLERS} callers, each waiting for its batch of ${BATCH_RECORDS}, acks all, idempotent; ours zstd; peer: kafkajs producer, uncompressed`,
    ),
    compare(
      'consumed',
      'bounded read from the earliest offset, from the call on; peer: kafkajs consumer by eachBatch, from its first batch on',
    ),
  ]
}
