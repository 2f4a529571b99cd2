import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import { startKafkaBroker } from '#engines/kafka-broker.ts'
import { createRandom } from '#learn/math/random.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { drainAndAudit } from '../e2e/sink/drain-and-audit.ts'
import { madeRecords } from '../e2e/sink/made-records.ts'
import { type Filling, startFilling } from '../e2e/sink/start-filling.ts'

const ROUNDS = 6

test(`${ROUNDS} SIGKILLs of sinks that fight for the same tables, and two of the broker, lose no row and double none`, {
  timeout: 180_000,
}, async () => {
  await using broker = await startKafkaBroker()
  const directory = await mkdtemp(join(tmpdir(), 'sink-kafka-'))
  const random = createRandom('sink-kafka')
  const start = () =>
    startFilling({ directory, kafka: broker.brokers, seed: null, useCases: [tfd.id], isStrict: false })
  try {
    {
      await using log = await openKafkaEventLog({ brokers: broker.brokers })
      await log.createTopics(topicSpecsOf(tfd))
      const stop = new AbortController()
      const producing = produce(log, stop.signal)
      // Leases would keep them apart; here each believes in its own, so that only the tables do.
      const fillings: Filling[] = [await start(), await start()]
      for (let round = 0; round < ROUNDS; round++) {
        await sleep(300 + random.next() * 1200)
        await fillings.shift()?.kill()
        if (round % 3 === 1) {
          await broker.kill()
          await sleep(500)
          await broker.restart()
        }
        fillings.push(await start())
      }
      await sleep(1000)
      stop.abort()
      await producing
      for (const filling of fillings) await filling.kill()
    }
    const { rows, quarantined } = await drainAndAudit({ directory, kafka: broker.brokers }, [tfd])
    assert.ok(rows > 500, `${rows} rows`)
    assert.ok(quarantined > 5, `${quarantined} in quarantine`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

/** Predictions go through transactions, whose markers leave holes in the offsets, as those of learners do. */
async function produce(
  log: Awaited<ReturnType<typeof openKafkaEventLog>>,
  signal: AbortSignal,
): Promise<void> {
  await using writer = await log.openWriter('sink-kafka')
  const { predictions } = topicsOf(tfd)
  for (const { topic, records } of madeRecords('kafka', [tfd])) {
    if (signal.aborted) return
    if (topic === predictions) await writer.append([{ topic, records, partition: 1 }])
    else await log.append(topic, records)
    await sleep(5)
  }
}
