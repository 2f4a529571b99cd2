import type { UseCase } from '#use-cases/define.ts'
import type { LakeTableSpec } from '../tables/lake-tables.ts'

/** A table that the declarations ask for, and whose it is. */
export interface CatalogEntry extends LakeTableSpec {
  declaration: UseCase
}
