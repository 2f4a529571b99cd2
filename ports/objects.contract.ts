import { describe } from 'node:test'
import { createBench, type ObjectsContract } from './objects-contract/bench.ts'
import { conditionSpecifications } from './objects-contract/conditions.ts'
import { contentSpecifications } from './objects-contract/content.ts'
import { deletionSpecifications } from './objects-contract/deletion.ts'
import { keySpecifications } from './objects-contract/keys.ts'
import { listSpecifications } from './objects-contract/list.ts'
import { localFileSpecifications } from './objects-contract/local-files.ts'
import { rangeSpecifications } from './objects-contract/ranges.ts'

/** What every store of objects must do, whatever its engine. An adapter's test is one call of this. */
export const objectsContract = (contract: ObjectsContract): void => {
  describe(`${contract.name} objects`, () => {
    const bench = createBench(contract)
    contentSpecifications(bench)
    rangeSpecifications(bench)
    conditionSpecifications(bench)
    listSpecifications(bench)
    deletionSpecifications(bench)
    localFileSpecifications(bench)
    keySpecifications(bench)
  })
}
