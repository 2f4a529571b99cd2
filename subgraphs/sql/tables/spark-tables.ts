import type { Column, ColumnType } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { lakeTablesOf } from './lake-tables.ts'

/** What a Spark job has to know to write the events of each use case; schemas are in Spark's own JSON form. */
export function sparkTables(useCases: readonly UseCase[]): unknown {
  return {
    tables: useCases.map(useCase => {
      const { events, quarantine } = lakeTablesOf(useCase)
      const { fields, time, key, eventId } = useCase
      return {
        name: events.spec.name,
        topic: events.topic,
        partitionBy: events.spec.partitionBy,
        schema: structOf(events.spec.columns),
        business: Object.keys(fields),
        required: Object.entries(fields)
          .filter(([, { presence }]) => presence === 'required')
          .map(([name]) => name),
        time,
        key,
        eventId,
        quarantine: { name: quarantine.spec.name, schema: structOf(quarantine.spec.columns) },
      }
    }),
  }
}

const structOf = (columns: readonly Column[]) => ({
  type: 'struct',
  fields: columns.map(({ name, type, nullable, comment }) => ({
    name,
    type: typeOf(type),
    nullable,
    metadata: comment === undefined ? {} : { comment },
  })),
})

function typeOf(type: ColumnType): unknown {
  if (typeof type === 'string') return type
  if (type.type === 'struct') return structOf(type.fields)
  if (type.type === 'array') return { ...type, elementType: typeOf(type.elementType) }
  return { ...type, keyType: typeOf(type.keyType), valueType: typeOf(type.valueType) }
}
