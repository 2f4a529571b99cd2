import { setTimeout as sleep } from 'node:timers/promises'
import { openSink } from '#subgraphs/sql/sink/open-sink.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { useCases } from '#use-cases/index.ts'
import { madeRecords } from './made-records.ts'
import { openPlatform, type PlatformPlan } from './open-platform.ts'

export interface FillingPlan extends PlatformPlan {
  /** Of the records that it produces; null if others do. */
  seed: string | null
  /** Ids of the use cases whose tables it fills. */
  useCases: readonly string[]
  /** Whether a problem that is told is a fault: nothing but this process is killed. */
  isStrict: boolean
}

// Fills tables, with versions, merges and vacuums as often as it can, and produces what goes into them, until it is killed.
// Its argument is a plan as JSON. Says `ready` when it has begun.

const plan = JSON.parse(process.argv[2] ?? '') as FillingPlan
const { log, lake, cache } = await openPlatform(plan)
const tell = (message: string) => {
  if (plan.isStrict) process.stderr.write(`${message}\n`)
}
const wanted = useCases.filter(({ id }) => plan.useCases.includes(id))
await log.createTopics(wanted.flatMap(topicSpecsOf))
await openSink({
  log,
  lake,
  cache,
  useCases: wanted,
  instance: `${process.pid}`,
  limits: { seconds: 0.05, rows: 300 },
  maintenance: { compactionCommits: 2, vacuumMs: 100, retentionMs: 0 },
  logger: { info() {}, warn: tell, error: tell },
})
process.stdout.write('ready\n')
if (plan.seed === null) setInterval(() => {}, 60_000)
else {
  for (const { topic, records } of madeRecords(plan.seed, wanted)) {
    await log.append(topic, records)
    await sleep(2)
  }
}
