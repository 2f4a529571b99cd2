import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestRelations } from '#adapters/sql-engine/duckdb/test-relations.ts'
import type { DataFile } from '#ports/lake.ts'
import type { SqlRelation } from '#ports/sql-engine.ts'
import { COLUMNS, DAYS, FILES_A_DAY, ROWS, rowsBetween, SMALL_ROWS } from './workload.ts'

/** The tables of the bench as Parquet files in directories by day, which both sides read. */
export async function makeTables(
  relations: TestRelations,
): Promise<{ data: SqlRelation; small: SqlRelation; glob: string }> {
  const make = async (name: string, rows: number, days: number): Promise<SqlRelation> => {
    const files: DataFile[] = []
    const count = days * FILES_A_DAY
    for (let index = 0; index < count; index++) {
      const day = Math.floor(index / FILES_A_DAY)
      const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)
      const path = `${name}/event_date=${date}/${index}.parquet`
      const [from, to] = [index, index + 1].map(part => Math.round((rows * part) / count)) as [number, number]
      await mkdir(join(relations.directory, path, '..'), { recursive: true })
      await relations.connection.run(
        `COPY (${rowsBetween(from, to, day)}) TO '${join(relations.directory, path)}' (FORMAT parquet, COMPRESSION zstd)`,
      )
      const { size } = await stat(join(relations.directory, path))
      files.push({ path, sizeBytes: size, modifiedAt: 0, partition: { event_date: date }, stats: null })
    }
    return relations.relationOver({ name, columns: COLUMNS, partitionBy: ['event_date'], files })
  }
  return {
    data: await make('data', ROWS, DAYS),
    small: await make('small', SMALL_ROWS, 2),
    glob: join(relations.directory, 'data/*/*.parquet'),
  }
}
