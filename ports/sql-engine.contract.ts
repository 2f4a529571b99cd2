import { after, describe } from 'node:test'
import { limitsContract } from './sql-engine-contract/limits.ts'
import { refusalsContract } from './sql-engine-contract/refusals.ts'
import { relationsContract } from './sql-engine-contract/relations.ts'
import { resultsContract } from './sql-engine-contract/results.ts'
import type { ContractFixture, SqlEngineContract } from './sql-engine-contract/sql-engine-contract.ts'

export type { SqlEngineContract } from './sql-engine-contract/sql-engine-contract.ts'

/** What every SQL engine must do, whatever runs the statements. */
export const sqlEngineContract = (contract: SqlEngineContract): void => {
  describe(`${contract.name} SQL engine`, () => {
    let opened: Promise<ContractFixture> | null = null
    const shared = () => (opened ??= contract.open())
    after(async () => (await opened)?.[Symbol.asyncDispose]())
    resultsContract(shared)
    relationsContract(shared)
    refusalsContract(shared)
    limitsContract(shared, contract)
  })
}
