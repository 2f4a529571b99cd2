import { type DefinitionNode, Kind, parse, print, visit } from 'graphql'

/**
 * The complete SDL of a subgraph: its own definitions and every library type that they reach. What a subgraph does not
 * use stays out, so that composition shows who really owns what.
 */
export function subgraphSdl({ own, library }: { own: string; library: readonly string[] }): string {
  const ownDefinitions = parse(own).definitions
  const available = new Map<string, DefinitionNode>()
  for (const definition of library.flatMap(sdl => parse(sdl).definitions)) {
    if ('name' in definition && definition.name) available.set(definition.name.value, definition)
  }
  const picked = new Set<DefinitionNode>()
  const queue: DefinitionNode[] = [...ownDefinitions]
  for (let definition = queue.pop(); definition; definition = queue.pop()) {
    visit(definition, {
      [Kind.NAMED_TYPE]({ name }) {
        const found = available.get(name.value)
        if (!found || picked.has(found)) return
        picked.add(found)
        queue.push(found)
      },
    })
  }
  const reached = [...available.values()].filter(definition => picked.has(definition))
  return `${[...ownDefinitions, ...reached].map(print).join('\n\n')}\n`
}
