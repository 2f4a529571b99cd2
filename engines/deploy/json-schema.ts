/** As much of a JSON schema as is looked at here. */
export type JsonSchema = { [key: string]: unknown }

/** A schema with all definitions that it needs in itself, for tools that follow no references to other files. */
export function withDefinitions(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  const needed: Record<string, unknown> = {}
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit)
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        const name = key === '$ref' ? /\/([^/]+)$/.exec(String(value))?.[1] : undefined
        if (name === undefined) return [key, visit(value)]
        if (!Object.hasOwn(needed, name)) {
          if (!Object.hasOwn(definitions, name))
            throw new Error(`The schema names "${name}", which nothing defines.`)
          // Before its own references are followed: definitions may name themselves.
          needed[name] = {}
          needed[name] = visit(definitions[name])
        }
        return [key, `#/$defs/${name}`]
      }),
    )
  }
  const { $defs: _, ...own } = schema
  const body = visit(own) as JsonSchema
  return { ...body, $defs: needed }
}

/** The schema of a custom resource, in which a field that nobody declared is a mistake. */
export function strict(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strict)
  if (typeof node !== 'object' || node === null) return node
  const schema = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, strict(value)]),
  ) as JsonSchema
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || 'additionalProperties' in schema
  // What Kubernetes calls `int-or-string` has no type of JSON schema.
  if (schema['x-kubernetes-int-or-string'] === true) return { type: ['integer', 'string'] }
  return 'properties' in schema && schema['type'] === 'object' && !isOpen
    ? { ...schema, additionalProperties: false }
    : schema
}
