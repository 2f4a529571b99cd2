import type { Category, Dataset } from '#learn/batch/dataset.ts'
import type { EcciRecord } from '#use-cases/ecci-event.ts'
import { ecci } from '#use-cases/ecci.ts'
import type { Item } from '#use-cases/generator.ts'

export interface EcciDataset {
  data: Dataset
  /** Session and customer of each row, and their ids by number. */
  sessions: Int32Array
  sessionIds: string[]
  customers: Int32Array
  customerIds: string[]
}

/** The events of a stream as the declared features, in the order of their arrival. */
export function ecciDataset(items: readonly Item[]): EcciDataset {
  const events = items.flatMap(item => (item.kind === 'event' ? [item.record as unknown as EcciRecord] : []))
  const sessions = numbered(events.map(event => event.session_id))
  const customers = numbered(events.map(event => event.customer_id))
  const features = ecci.features.map(({ name, kind, of }) => {
    const given = events.map(event => of(event as never) as Category | null)
    if (kind === 'numeric') {
      return {
        column: { name, kind },
        values: Float64Array.from(given, value => (value === null ? NaN : Number(value))),
      }
    }
    const categories = [...new Set(given.filter(value => value !== null))].sort()
    const codes = new Map(categories.map((category, code) => [category, code]))
    return {
      column: { name, kind, categories },
      values: Int32Array.from(given, value => (value === null ? -1 : (codes.get(value) as number))),
    }
  })
  return {
    data: {
      rows: events.length,
      columns: features.map(({ column }) => column),
      values: features.map(({ values }) => values),
    },
    sessions: sessions.numbers,
    sessionIds: sessions.ids,
    customers: customers.numbers,
    customerIds: customers.ids,
  }
}

function numbered(names: readonly string[]): { numbers: Int32Array; ids: string[] } {
  const byName = new Map<string, number>()
  const numbers = Int32Array.from(names, name => {
    const number = byName.get(name) ?? byName.size
    byName.set(name, number)
    return number
  })
  return { numbers, ids: [...byName.keys()] }
}
