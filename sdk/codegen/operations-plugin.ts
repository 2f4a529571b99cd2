import {
  Kind,
  TokenKind,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql'
import { minifyDocument } from './minify-document.ts'

/** How each kind of operation becomes a method: the runner it calls, and the suffix of its types. */
const KINDS = {
  query: { runner: 'query', suffix: 'Query' },
  mutation: { runner: 'mutate', suffix: 'Mutation' },
  subscription: { runner: 'subscribe', suffix: 'Subscription' },
} as const

/**
 * TypeScript source of the operations: a minified document each, with fragments written once, and a method each, named like
 * the operation with a small first letter and documented by the comment above it.
 * @throws Error when two operations would get one method name, or a fragment is missing.
 */
export function operationsPlugin(document: DocumentNode): string {
  const fragments = new Map<string, FragmentDefinitionNode>()
  const operations: OperationDefinitionNode[] = []
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition)
  }
  operations.sort((a, b) => (methodName(a) < methodName(b) ? -1 : 1))
  const names = operations.map(methodName)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw new Error(`Two operations give the method ${twice}, one wanted.`)

  const used = new Set(operations.flatMap(operation => spreadsOf(operation, fragments)))
  const unused = [...fragments.keys()].find(name => !used.has(name))
  if (unused) throw new Error(`No operation uses the fragment ${unused}.`)
  const constants = [...used]
    .toSorted()
    .map(name => `const ${name} = ${text(fragments.get(name) as FragmentDefinitionNode)}`)
  const documents = operations.map(operation => {
    const parts = [text(operation), ...spreadsOf(operation, fragments)]
    return `export const ${documentName(operation)} =\n  ${parts.join(' + ')}`
  })
  const requests = operations.filter(({ operation }) => operation !== 'subscription')
  const subscriptions = operations.filter(({ operation }) => operation === 'subscription')
  return [
    ...constants,
    ...documents,
    factory(
      'createRequests',
      '{ query, mutate }: RequestRunners',
      'A method for every query and mutation.',
      requests,
    ),
    factory(
      'createSubscriptions',
      '{ subscribe }: SubscriptionRunner',
      'A method for every subscription.',
      subscriptions,
    ),
  ].join('\n\n')
}

function factory(
  name: string,
  parameters: string,
  description: string,
  operations: readonly OperationDefinitionNode[],
): string {
  return `/** ${description} */\nexport function ${name}(${parameters}) {\n  return {\n${operations.map(method).join('\n')}\n  }\n}`
}

function method(node: OperationDefinitionNode): string {
  const { runner, suffix } = KINDS[node.operation]
  const name = capital(methodName(node))
  const type = `${name}${suffix}`
  const optional = node.variableDefinitions?.every(
    ({ type: { kind }, defaultValue }) => kind !== Kind.NON_NULL_TYPE || defaultValue,
  )
  const options = node.operation === 'subscription' ? 'SubscribeOptions' : 'RequestOptions'
  const comment = commentAbove(node)
  return [
    ...(comment ? [`    /** ${comment} */`] : []),
    `    ${methodName(node)}: (variables${optional ? '?' : ''}: ${type}Variables, options?: ${options}) =>`,
    `      ${runner}<${type}>(${documentName(node)}, variables, options),`,
  ].join('\n')
}

/** Fragments that an operation needs, directly or through others, in order of first use. */
function spreadsOf(
  node: OperationDefinitionNode | FragmentDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  found = new Set<string>(),
): string[] {
  visit(node, {
    FragmentSpread({ name: { value } }) {
      if (found.has(value)) return
      const fragment = fragments.get(value)
      if (!fragment) throw new Error(`The fragment ${value} is spread but not defined.`)
      found.add(value)
      spreadsOf(fragment, fragments, found)
    },
  })
  return [...found]
}

function commentAbove({ loc }: OperationDefinitionNode): string {
  const lines: string[] = []
  for (let token = loc?.startToken.prev; token?.kind === TokenKind.COMMENT; token = token.prev) {
    lines.unshift(token.value.trim())
  }
  return lines.join(' ')
}

function methodName({ name, loc }: OperationDefinitionNode): string {
  if (!name)
    throw new Error(`An operation of ${loc?.source.name ?? 'the SDK'} has no name; its method needs one.`)
  return name.value.slice(0, 1).toLowerCase() + name.value.slice(1)
}

function documentName(node: OperationDefinitionNode): string {
  return `${capital(methodName(node))}Document`
}

/** Minified GraphQL as a literal; a document holds no backtick and no dollar brace. */
function text(node: OperationDefinitionNode | FragmentDefinitionNode): string {
  return `\`${minifyDocument(node).replaceAll(/[`\\]|\$\{/g, '\\$&')}\``
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}
