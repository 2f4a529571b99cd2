import { after } from 'node:test'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import { KAFKA_VERSIONS } from '#engines/install-kafka.ts'
import { type KafkaBroker, startKafkaBroker } from '#engines/kafka-broker.ts'
import { eventLogContract } from '#ports/event-log.contract.ts'

// One broker a version for all specifications, which make topics of their own.
for (const version of KAFKA_VERSIONS) {
  let broker: Promise<KafkaBroker> | null = null
  const open = async () => {
    broker ??= startKafkaBroker({ version })
    return openKafkaEventLog({ brokers: (await broker).brokers, connect: { tries: 1, delayMs: 0 } })
  }
  after(async () => (await broker)?.stop())

  eventLogContract({
    name: `Kafka ${version}`,
    open,
    async reopen(log) {
      await log[Symbol.asyncDispose]()
      return open()
    },
    // Kafka 4 has no segments below 1 MiB; members hear of each other by heartbeats.
    features: { promptUpkeep: true, segmentBytes: 512 * 1024, rebalanceMs: 3000 },
  })
}
