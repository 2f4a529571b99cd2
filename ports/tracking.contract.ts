import { describe } from 'node:test'
import { artifactSpecifications } from './tracking-contract/artifacts.ts'
import { createBench, type TrackingContract } from './tracking-contract/bench.ts'
import { entrySpecifications } from './tracking-contract/entries.ts'
import { experimentSpecifications } from './tracking-contract/experiments.ts'
import { historySpecifications } from './tracking-contract/history.ts'
import { modelSpecifications } from './tracking-contract/models.ts'
import { runSpecifications } from './tracking-contract/runs.ts'
import { searchSpecifications } from './tracking-contract/search.ts'

/** What every tracking store must do, whatever its engine. An adapter's test is one call of this. */
export const trackingContract = (contract: TrackingContract): void => {
  describe(`${contract.name} tracking`, () => {
    const bench = createBench(contract)
    experimentSpecifications(bench)
    runSpecifications(bench)
    entrySpecifications(bench)
    searchSpecifications(bench)
    historySpecifications(bench)
    artifactSpecifications(bench)
    modelSpecifications(bench)
  })
}
