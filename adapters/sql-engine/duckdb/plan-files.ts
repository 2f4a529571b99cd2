import type { Column, DataFile, LocalFiles } from '#ports/lake.ts'
import type { SqlRelation } from '#ports/sql-engine.ts'
import { filesMatching } from '../../lake/data/skip-files.ts'
import { quoteName } from '../../duckdb/quote-name.ts'
import type { CheckedRelation, CheckResult, SandboxRelation } from './worker-protocol.ts'

/** Which files of the relations a statement has to open. */
export interface FilePlan {
  relations: readonly { relation: SqlRelation; files: readonly DataFile[] }[]
  bytes: number
  files: number
  skipped: number
}

/** A relation as the check needs it: a projected column that only hands a column on can be filtered like it. */
export function checkedRelation({ name, snapshot, projection }: SqlRelation): CheckedRelation {
  if (projection === undefined)
    return { name, columns: snapshot.columns.map(column => ({ name: column.name, source: column })) }
  const sourceOf = (expression: string): Column | null =>
    snapshot.columns.find(
      column => expression.trim() === column.name || expression.trim() === quoteName(column.name),
    ) ?? null
  return {
    name,
    columns: projection.map(({ column, expression }) => ({
      name: column.name,
      source: sourceOf(expression),
    })),
  }
}

export function planFiles(relations: readonly SqlRelation[], check: CheckResult): FilePlan {
  const plan = { bytes: 0, files: 0, skipped: 0 }
  const planned = relations
    .filter(({ name }) => check.relations.includes(name))
    .map(relation => {
      const { snapshot, tailOnly = false } = relation
      const all = tailOnly ? [] : snapshot.files
      const needed = new Set<DataFile>()
      for (const conditions of check.conditions[relation.name] ?? [[]])
        for (const file of filesMatching(all, conditions, snapshot.columns)) needed.add(file)
      const files = all.filter(file => needed.has(file))
      plan.bytes += files.reduce((sum, file) => sum + file.sizeBytes, 0)
      plan.files += files.length
      plan.skipped += all.length - files.length
      return { relation, files }
    })
  return { relations: planned, ...plan }
}

/** Relations with their files on this machine; whoever asks disposes of `locals` when the statement is over. */
export async function localRelations(
  plan: FilePlan,
  tailPathOf: (relation: SqlRelation) => Promise<string | undefined>,
): Promise<{ relations: readonly SandboxRelation[]; locals: readonly LocalFiles[] }> {
  const locals: LocalFiles[] = []
  try {
    const relations: SandboxRelation[] = []
    for (const { relation, files } of plan.relations) {
      const local = files.length === 0 ? null : await relation.table.localFiles(files)
      if (local !== null) locals.push(local)
      const tailPath = await tailPathOf(relation)
      relations.push({
        ...emptyRelation(relation),
        files: files.map(({ partition }, index) => ({ path: local!.paths[index]!, partition })),
        ...(tailPath === undefined ? {} : { tailPath }),
      })
    }
    return { relations, locals }
  } catch (error) {
    await Promise.all(locals.map(local => local[Symbol.asyncDispose]()))
    throw error
  }
}

/** The relation without any rows: enough to bind a statement. */
export function emptyRelation({ name, snapshot, projection }: SqlRelation): SandboxRelation {
  return {
    name,
    columns: snapshot.columns,
    partitionBy: snapshot.partitionBy,
    files: [],
    ...(projection === undefined ? {} : { projection }),
  }
}
