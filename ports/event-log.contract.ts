import { describe } from 'node:test'
import { appendSpecifications } from './event-log-contract/append.ts'
import { createBench, type EventLogContract } from './event-log-contract/bench.ts'
import { followSpecifications } from './event-log-contract/follow.ts'
import { groupSpecifications } from './event-log-contract/groups.ts'
import { lifecycleSpecifications } from './event-log-contract/lifecycle.ts'
import { readSpecifications } from './event-log-contract/read.ts'
import { retentionSpecifications } from './event-log-contract/retention.ts'
import { topicSpecifications } from './event-log-contract/topics.ts'
import { writerSpecifications } from './event-log-contract/writer.ts'

/** What every event log must do, whatever its engine. An adapter's test is one call of this. */
export const eventLogContract = (contract: EventLogContract): void => {
  describe(`${contract.name} event log`, () => {
    const bench = createBench(contract)
    topicSpecifications(bench)
    appendSpecifications(bench)
    readSpecifications(bench)
    followSpecifications(bench)
    groupSpecifications(bench)
    writerSpecifications(bench)
    retentionSpecifications(bench)
    lifecycleSpecifications(bench)
  })
}
