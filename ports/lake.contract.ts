import { describe } from 'node:test'
import { appendSpecifications } from './lake-contract/append.ts'
import { createBench, type LakeContract } from './lake-contract/bench.ts'
import { maintenanceSpecifications } from './lake-contract/maintenance.ts'
import { scanSpecifications } from './lake-contract/scan.ts'
import { schemaSpecifications } from './lake-contract/schema.ts'
import { versionSpecifications } from './lake-contract/versions.ts'

/** What every lake must do, whatever its tables are made of and wherever they are. An adapter's test is one call of this. */
export const lakeContract = (contract: LakeContract): void => {
  describe(`${contract.name} lake`, () => {
    const bench = createBench(contract)
    schemaSpecifications(bench)
    appendSpecifications(bench)
    versionSpecifications(bench)
    scanSpecifications(bench)
    maintenanceSpecifications(bench)
  })
}
