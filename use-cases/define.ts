import type { EventOf, Field, Fields, KnownEventOf } from './fields.ts'
import type { EventGenerator, GeneratorSettings, JsonEvent } from './generator.ts'
import type { MetricName, Task } from './metric-names.ts'
import { type OptionSpecs, type OptionsOf, resolveOptions } from './options.ts'
import { windowsProblem } from './windows/check-windows.ts'
import type { EntityWindow } from './windows/entity-window.ts'

export type FeatureKind = 'numeric' | 'nominal'
export type FeatureValue = number | string | boolean | null

/** A column that learners see. `of` is pure and runs alike online, in batch and at prediction; null means missing. */
export interface Feature<E = JsonEvent> {
  readonly name: string
  readonly kind: FeatureKind
  /** 'group': constant over the events of one group (a session), so it counts once per group. */
  readonly scope: 'event' | 'group'
  /** Tells the time, so that its distribution changes by itself: no sign of drift. */
  readonly clock: boolean
  readonly description: string
  of(event: E): FeatureValue
}

export interface Label {
  /** The `later` field that holds the truth when the event itself carries it. */
  readonly field: string
  readonly unit: string | null
  /** Milliseconds of event time after which an event without a label counts as negative; null: wait for ever. */
  readonly maturityMs: number | null
  readonly description: string
}

export interface OnlineSpec {
  /** Registry name of the learner. */
  readonly learner: string
  readonly params: Readonly<Record<string, number | string | boolean>>
  /** How a classification is decided. Default: F-beta with recall counting twice as much as precision. */
  readonly decision?: DecisionSpec
}

/** The threshold that maximises F-beta of past labels, or that costs least where both mistakes have a price. */
export type DecisionSpec =
  | { readonly policy: 'fbeta'; readonly beta: number }
  | { readonly policy: 'cost'; readonly falsePositive: number; readonly falseNegative: number }

/** What the rest of the system sees of a use case. Field names are those of the JSON event. */
export interface UseCase {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly topic: string
  /** Field that identifies an event: duplicates share it. */
  readonly eventId: string
  /** Field that becomes the partition key. */
  readonly key: string
  /** Field that holds event time. */
  readonly time: string
  readonly fields: Fields
  readonly task: Task
  readonly label: Label | null
  /** Clustering: field of the group (a session) that events belong to. */
  readonly group: string | null
  /** Clustering: field of whom a group belongs to (a customer), who is then segmented, too; null for nobody. */
  readonly owner: string | null
  readonly features: readonly Feature[]
  /** Columns about the recent events of the entities that an event names; none may be declared. */
  readonly windows: readonly EntityWindow[]
  readonly online: OnlineSpec
  /** Nominal features for each of whose values quality is told apart. */
  readonly slices: readonly string[]
  readonly metrics: readonly string[]
  readonly options: OptionSpecs
  generate(settings: GeneratorSettings): EventGenerator
}

/** A declaration as written in a use-case file; the compiler checks each part against `fields` and `task`. */
export interface Declaration<Id extends string, F extends Fields, T extends Task, O extends OptionSpecs> {
  id: Id
  title: string
  description: string
  topic: string
  eventId: NamesOf<F, Field<string, 'event', 'required'>>
  key: NamesOf<F, Field<string, 'event', 'required'>>
  time: NamesOf<F, Field<string, 'event', 'required'>>
  fields: F
  task: T
  label: T extends 'clustering' ? null : Label & { field: NamesOf<F, Field<number, 'later', 'optional'>> }
  group: T extends 'clustering' ? NamesOf<F, Field<string, 'event', 'required'>> : null
  /** Default: nobody. */
  owner?: NamesOf<F, Field<string, 'event', 'required'>>
  features: readonly FeatureDeclaration<NoInfer<KnownEventOf<F>>>[]
  /** Default: none. */
  windows?: readonly EntityWindow<
    NoInfer<KnownEventOf<F>>,
    NamesOf<NoInfer<F>, Field<string, 'event', 'required'>>
  >[]
  online: OnlineSpec
  /** Default: none. */
  slices?: readonly string[]
  metrics: readonly MetricName<T>[]
  options: O
  generate(settings: GeneratorSettings<OptionsOf<NoInfer<O>>>): EventGenerator<NoInfer<EventOf<F>>>
}

export interface FeatureDeclaration<E> {
  name: string
  kind: FeatureKind
  /** Default 'event'. */
  scope?: 'event' | 'group'
  /** Default false. */
  clock?: boolean
  description: string
  /** Reads only what is known when the event happens: `later` fields are not there. */
  of(event: E): FeatureValue
}

export type DefinedUseCase<Id extends string, F extends Fields, T extends Task, O extends OptionSpecs> = Omit<
  UseCase,
  'id' | 'fields' | 'task' | 'options' | 'generate'
> & {
  readonly id: Id
  readonly fields: F
  readonly task: T
  readonly options: O
  generate(settings: GeneratorSettings): EventGenerator<EventOf<F>>
}

/** The event type of a defined use case. */
export type EventOfUseCase<U extends { readonly fields: Fields }> = EventOf<U['fields']>

/**
 * Declares a use case. Everything else is derived from it: GraphQL types, JSON checks, lake columns, topics, forms.
 * What types cannot say is checked here, once, when the file loads.
 * @throws Error with code `INVALID_USE_CASE`.
 */
export function defineUseCase<
  const Id extends string,
  const F extends Fields,
  const T extends Task,
  const O extends OptionSpecs,
>(declaration: Declaration<Id, F, T, O>): DefinedUseCase<Id, F, T, O> {
  const { id, fields, time, features, windows = [], slices = [], options } = declaration
  if (!/^[A-Z][A-Z0-9_]*$/.test(id)) {
    throw invalid(id, `has the id "${id}", wanted upper-case letters, digits and underscores`)
  }
  if (fields[time]?.kind !== 'timestamp') {
    throw invalid(id, `has the time field "${time}" of kind ${fields[time]?.kind}, wanted a timestamp`)
  }
  for (const name of allNames(fields)) {
    if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
      throw invalid(id, `has a field "${name}", wanted snake_case, as JSON names are`)
    }
  }
  const repeated = features.find(
    ({ name }, index) => features.findIndex(other => other.name === name) < index,
  )
  if (repeated) throw invalid(id, `declares the feature "${repeated.name}" twice, wanted distinct names`)
  const wrong = windowsProblem(windows as readonly EntityWindow[], features)
  if (wrong) throw invalid(id, wrong)
  const unknown = slices.find(
    name => !features.some(feature => feature.name === name && feature.kind === 'nominal'),
  )
  if (unknown !== undefined)
    throw invalid(id, `is sliced by "${unknown}", wanted names of its nominal features`)
  return {
    ...declaration,
    owner: declaration.owner ?? null,
    slices,
    windows: windows as readonly EntityWindow[],
    features: features.map(feature => ({ scope: 'event', clock: false, ...feature }) as Feature),
    generate: settings =>
      declaration.generate({
        ...settings,
        options: resolveOptions(options, settings.mode, settings.options) as OptionsOf<O>,
      }),
  }
}

type NamesOf<F extends Fields, Wanted> = {
  [K in keyof F]: F[K] extends Wanted ? K : never
}[keyof F] &
  string

function allNames(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, field]) => [
    name,
    ...(field.fields ? allNames(field.fields) : []),
  ])
}

function invalid(id: string, problem: string): Error {
  return Object.assign(new Error(`Use case ${id} ${problem}.`), { code: 'INVALID_USE_CASE' })
}
