import type { GuardColumn, GuardFinding, GuardValue } from './guard-column.ts'
import { inspectFeatures } from './inspect-features.ts'

type GuardEvent = Readonly<Record<string, unknown>>

/** What the guard reads of a use case. */
export interface GuardedDeclaration {
  readonly task: 'classification' | 'regression' | 'clustering'
  readonly time: string
  readonly fields: Readonly<Record<string, { readonly availability: 'event' | 'later' }>>
  readonly features: readonly {
    readonly name: string
    readonly kind: 'numeric' | 'nominal'
    readonly clock?: boolean
    of(event: GuardEvent): GuardValue
  }[]
  readonly label: { readonly field: string } | null
}

/**
 * Looks at the features of a use case over labelled events (their labels inside, as in `parity` mode). A feature whose
 * value changes when the fields that are known only later are taken out of the event counts as one of them.
 */
export async function inspectDeclaration(
  { task, time, fields, features, label }: GuardedDeclaration,
  events: readonly GuardEvent[],
  { acknowledged = [] }: { acknowledged?: readonly string[] } = {},
): Promise<GuardFinding[]> {
  const later = Object.keys(fields).filter(name => fields[name].availability === 'later')
  const known = events.map(event => {
    const stripped: Record<string, unknown> = { ...event }
    for (const name of later) delete stripped[name]
    return stripped
  })
  const columns = features.map(({ name, kind, clock = false, of }): GuardColumn => {
    const values = events.map(of)
    const isLater = known.some((event, i) => !Object.is(of(event), values[i]))
    return { name, kind, clock, values, availability: isLater ? 'later' : 'event' }
  })
  const target =
    label && events.map(event => (event[label.field] === undefined ? Number.NaN : Number(event[label.field])))
  const times = events.map(event => Date.parse(String(event[time])))
  return inspectFeatures({ columns, target, task, times, acknowledged })
}
