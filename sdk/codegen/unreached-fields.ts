import { Kind, type DocumentNode, type GraphQLSchema } from 'graphql'

/** Root fields that no operation selects, as coordinates such as `Query.services`. */
export function unreachedFields(schema: GraphQLSchema, document: DocumentNode): string[] {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }
  const reached = new Set<string>()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    for (const selection of definition.selectionSet.selections) {
      if (selection.kind === Kind.FIELD) reached.add(`${definition.operation} ${selection.name.value}`)
    }
  }
  return Object.entries(roots).flatMap(([operation, type]) =>
    Object.keys(type?.getFields() ?? {})
      .filter(field => !reached.has(`${operation} ${field}`))
      .map(field => `${type?.name}.${field}`),
  )
}
