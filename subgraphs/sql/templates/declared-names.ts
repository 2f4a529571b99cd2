import type { UseCase } from '#use-cases/define.ts'
import type { FieldKind } from '#use-cases/fields.ts'

/** What of a declaration templates can be made of; names of columns. */
export interface DeclaredNames {
  /** Numbers that are known when an event happens, the most telling first as declared. */
  numbers: readonly string[]
  /** Categories and flags of events themselves. */
  categories: readonly string[]
  /** Identifiers that come again: neither the event's own nor any other that is unique by declaration. */
  entities: readonly string[]
}

export function declaredNames({ fields, eventId, features, group }: UseCase): DeclaredNames {
  const isFeature = (name: string) => features.some(feature => feature.name === name)
  const known = Object.entries(fields).filter(([, { availability }]) => availability === 'event')
  const ofKind = (...kinds: FieldKind[]) =>
    known.filter(([, { kind }]) => kinds.includes(kind)).map(([name]) => name)
  const entities = ofKind('id').filter(name => name !== eventId && name !== group)
  return {
    numbers: featuresFirst(ofKind('number', 'integer'), isFeature),
    categories: featuresFirst(ofKind('category', 'flag'), isFeature),
    // One that learners look at has few values; the key is what comes again otherwise.
    entities: featuresFirst(entities, isFeature),
  }
}

function featuresFirst(names: readonly string[], isFeature: (name: string) => boolean): string[] {
  return [...names.filter(isFeature), ...names.filter(name => !isFeature(name))]
}
