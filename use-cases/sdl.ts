import type { UseCase } from './define.ts'
import { decisionPolicySdl, detailSdl } from './detail.ts'
import type { Field, Fields } from './fields.ts'
import { camelCase, objectTypeName, typeNames } from './names.ts'

/** The comparison input of each scalar type. */
const comparisons = {
  ID: 'TextFilter',
  String: 'TextFilter',
  Float: 'FloatFilter',
  Int: 'IntFilter',
  Boolean: 'BooleanFilter',
  DateTime: 'DateTimeFilter',
} as const satisfies Record<string, string>

/**
 * GraphQL types of a list of use cases: ids, events, event inputs, filters and prediction details. Object types are
 * `@shareable`, so that every subgraph can include the same text. Scalars `DateTime` and `JSON` are declared elsewhere.
 */
export function useCaseSdl(useCases: readonly UseCase[]): string {
  const names = useCases.map(typeNames)
  return `${[
    enumSdl(useCases),
    ...useCases.flatMap(eventSdl),
    `${description('An event of any use case.')}union Event = ${names.map(({ event }) => event).join(' | ')}`,
    ...useCases.flatMap(inputSdl),
    oneOfSdl('EventInput', 'An event of exactly one use case.', useCases, 'eventInput'),
    comparisonSdl,
    ...useCases.flatMap(filterSdl),
    oneOfSdl('EventFilter', 'A filter for events of exactly one use case.', useCases, 'filter'),
    decisionPolicySdl,
    ...useCases.map(detailSdl),
    `${description('What a prediction says beyond its score.')}union PredictionDetail = ${names.map(({ detail }) => detail).join(' | ')}`,
  ].join('\n\n')}\n`
}

function enumSdl(useCases: readonly UseCase[]): string {
  const values = useCases.map(({ id, title }) => `${description(`${title}.`, '  ')}  ${id}`)
  return `${description('The use cases of this platform.')}enum UseCaseId {\n${values.join('\n')}\n}`
}

function eventSdl(useCase: UseCase): string[] {
  return objectTypes(useCase, useCase.fields, typeNames(useCase).event, useCase.description)
}

/** A type for an object and one for each object inside it. */
function objectTypes(useCase: UseCase, fields: Fields, name: string, text: string): string[] {
  const members = Object.entries(fields).map(([field, spec]) => {
    const type = spec.graphqlType ?? objectTypeName(useCase, field)
    return member(field, spec, spec.presence === 'required' ? `${type}!` : type)
  })
  return [
    `${description(text)}type ${name} @shareable {\n${members.join('\n')}\n}`,
    ...nested(fields).flatMap(([field, spec, inner]) =>
      objectTypes(useCase, inner, objectTypeName(useCase, field), spec.description),
    ),
  ]
}

function inputSdl(useCase: UseCase): string[] {
  const { eventInput } = typeNames(useCase)
  return inputTypes(useCase, useCase.fields, eventInput, `${useCase.title}: an event as input.`)
}

function inputTypes(useCase: UseCase, fields: Fields, name: string, text: string): string[] {
  const top = fields === useCase.fields
  const members = Object.entries(fields).map(([field, spec]) => {
    const type = spec.graphqlType ?? `${objectTypeName(useCase, field)}Input`
    if (top && field === useCase.eventId) return member(field, spec, type, 'Default: a new one.')
    if (top && field === useCase.time) return member(field, spec, type, 'Default: now.')
    return member(field, spec, spec.presence === 'required' ? `${type}!` : type)
  })
  return [
    `${description(text)}input ${name} {\n${members.join('\n')}\n}`,
    ...nested(fields).flatMap(([field, spec, inner]) =>
      inputTypes(useCase, inner, `${objectTypeName(useCase, field)}Input`, spec.description),
    ),
  ]
}

function filterSdl(useCase: UseCase): string[] {
  const flagged =
    useCase.task === 'classification'
      ? [`${description('Whether the score reached the threshold in force.', '  ')}  flagged: Boolean`]
      : []
  return filterTypes(
    useCase,
    useCase.fields,
    typeNames(useCase).filter,
    `${useCase.title}: conditions that an event and its prediction must all meet.`,
    [`${description('The score of the prediction.', '  ')}  score: FloatFilter`, ...flagged],
  )
}

function filterTypes(
  useCase: UseCase,
  fields: Fields,
  name: string,
  text: string,
  more: readonly string[] = [],
): string[] {
  const members = Object.entries(fields).map(([field, spec]) =>
    member(field, spec, filterTypeOf(useCase, field, spec)),
  )
  return [
    `${description(text)}input ${name} {\n${[...members, ...more].join('\n')}\n}`,
    ...nested(fields).flatMap(([field, spec, inner]) =>
      filterTypes(useCase, inner, `${objectTypeName(useCase, field)}Filter`, spec.description),
    ),
  ]
}

function filterTypeOf(useCase: UseCase, field: string, { graphqlType }: Field): string {
  if (graphqlType === null) return `${objectTypeName(useCase, field)}Filter`
  return comparisons[graphqlType as keyof typeof comparisons]
}

function oneOfSdl(
  name: string,
  text: string,
  useCases: readonly UseCase[],
  type: 'eventInput' | 'filter',
): string {
  const members = useCases.map(useCase => {
    const names = typeNames(useCase)
    return `${description(`${useCase.title}.`, '  ')}  ${names.member}: ${names[type]}`
  })
  return `${description(text)}input ${name} @oneOf {\n${members.join('\n')}\n}`
}

function member(field: string, spec: Field, type: string, more = ''): string {
  return `${description([documentation(spec), more].filter(Boolean).join(' '), '  ')}  ${camelCase(field)}: ${type}`
}

/** Description, unit and usual values of a field in one sentence or three. */
function documentation({ description: text, unit, domain: { values, min, max } }: Field): string {
  const range = min !== undefined && max !== undefined ? `Usually ${min} to ${max}.` : ''
  return [text, unit ? `Unit: ${unit}.` : '', values ? `Usually one of ${values.join(', ')}.` : range]
    .filter(Boolean)
    .join(' ')
}

function nested(fields: Fields): [string, Field, Fields][] {
  return Object.entries(fields).flatMap(([name, field]): [string, Field, Fields][] =>
    field.fields ? [[name, field, field.fields]] : [],
  )
}

function description(text: string, indent = ''): string {
  return `${indent}"""${text.replaceAll('"""', '\\"""')}"""\n`
}

const nullTest = '"True: must be null or absent. False: must have a value."\n  isNull: Boolean'
const ordered = (type: string) => `  eq: ${type}
  ne: ${type}
  in: [${type}!]
  gt: ${type}
  gte: ${type}
  lt: ${type}
  lte: ${type}
  ${nullTest}`

const comparisonSdl = `"Conditions on text; all that are given must hold. Case matters."
input TextFilter {
  eq: String
  ne: String
  in: [String!]
  "The text includes this."
  contains: String
  ${nullTest}
}

"Conditions on a number; all that are given must hold."
input FloatFilter {
${ordered('Float')}
}

"Conditions on an integer; all that are given must hold."
input IntFilter {
${ordered('Int')}
}

"Conditions on a boolean; all that are given must hold."
input BooleanFilter {
  eq: Boolean
  ne: Boolean
  ${nullTest}
}

"Conditions on an instant, whatever its time zone; all that are given must hold."
input DateTimeFilter {
${ordered('DateTime')}
}`
