import {
  buildSchema,
  getNamedType,
  isObjectType,
  isUnionType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'

/** Fragments that select everything of a union whose members the use cases declare. */
const FRAGMENTS = { EventFields: 'Event', DetailFields: 'PredictionDetail' } as const

/**
 * Fragments over the unions that grow with every use case, as GraphQL text: all fields of all members, so that no
 * operation names a use case. Members of a union may disagree about the type of a field, which GraphQL forbids under one
 * name; the first member keeps the name and later ones get it behind their own, as in `ecciProductCategory`.
 */
export function eventFragments(apiSdl: string): string {
  const schema = buildSchema(apiSdl, { assumeValidSDL: true })
  const texts = Object.entries(FRAGMENTS).map(([fragment, union]) => unionFragment(schema, fragment, union))
  return `${texts.join('\n\n')}\n`
}

function unionFragment(schema: GraphQLSchema, fragment: string, name: string): string {
  const union = schema.getType(name)
  if (!isUnionType(union)) {
    throw new Error(
      `The schema has ${union ? 'another kind of type' : 'nothing'} under ${name}, a union wanted.`,
    )
  }
  const shapes = new Map<string, string>()
  const members = union
    .getTypes()
    .map(
      type => `  ... on ${type.name} {\n${selection(type, { shapes, prefix: camelPrefix(type.name) })}\n  }`,
    )
  return `fragment ${fragment} on ${name} {\n  __typename\n${members.join('\n')}\n}`
}

interface Scope {
  /** Type of each response path so far, over all members. */
  shapes: Map<string, string>
  prefix: string
  path?: string
  indent?: string
}

function selection(type: GraphQLObjectType, { shapes, prefix, path = '', indent = '    ' }: Scope): string {
  const lines = Object.values(type.getFields()).map(field => {
    const inner = getNamedType(field.type)
    // Objects merge field by field; only how they are wrapped must agree.
    const shape = isObjectType(inner) ? String(field.type).replace(inner.name, '{}') : String(field.type)
    const at = `${path}${field.name}`
    const agrees = (shapes.get(at) ?? shape) === shape
    if (agrees) shapes.set(at, shape)
    const name = agrees ? field.name : `${prefix}${capital(field.name)}: ${field.name}`
    if (!isObjectType(inner)) return `${indent}${name}`
    const scope = { shapes, prefix, path: `${agrees ? at : `${prefix}.${at}`}.`, indent: `${indent}  ` }
    return `${indent}${name} {\n${selection(inner, scope)}\n${indent}}`
  })
  return lines.join('\n')
}

/** `EcciEvent` → `ecci`. */
function camelPrefix(typeName: string): string {
  const [first = typeName] = typeName.split(/(?<=[a-z0-9])(?=[A-Z])/)
  return first.toLowerCase()
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}
