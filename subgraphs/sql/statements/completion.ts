import type { Catalog } from '../lookup/catalog.ts'
import { describeColumn } from '../lookup/describe-column.ts'
import { FUNCTIONS } from './functions.ts'
import { KEYWORDS } from './keywords.ts'
import { columnsOf, knownRelations } from './known-relations.ts'

/** What an editor can complete: relations with their columns, functions, keywords. */
export async function completion(catalog: Catalog, useCase: string | null | undefined) {
  const relations = await Promise.all(
    knownRelations(catalog, useCase).map(async relation => {
      const { name, entry, projection } = relation
      // What is declared, while the lake does not answer: an editor can do without the columns of other writers.
      const found = await catalog.snapshot(entry).catch(() => entry.spec)
      return {
        name,
        description: projection
          ? `${entry.declaration.title}: events with objects and times as text.`
          : (entry.spec.description ?? name),
        table: entry,
        columns: columnsOf(relation, found).map(column =>
          describeColumn(column, projection ? [] : found.partitionBy),
        ),
      }
    }),
  )
  return { relations, functions: [...FUNCTIONS], keywords: [...KEYWORDS] }
}
