import { useCases } from '#use-cases/index.ts'
import { resolveOptions } from '#use-cases/options.ts'

/**
 * What is wrong with generator options: each use case takes those that it knows, so only what none knows, or can't read,
 * is a problem.
 */
export function problemsOfOptions({
  options,
  mode,
}: {
  options: Readonly<Record<string, string>>
  mode: 'realistic' | 'parity'
}): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const takers = useCases.filter(useCase => Object.hasOwn(useCase.options, name.replaceAll('_', '-')))
    if (takers.length === 0) {
      const known = new Set(useCases.flatMap(useCase => Object.keys(useCase.options)))
      return [`--option: "${name}" given, one of ${[...known].join(', ')} wanted.`]
    }
    try {
      for (const taker of takers) resolveOptions(taker.options, mode, { [name]: value })
      return []
    } catch (error) {
      return [`--option: ${(error as Error).message}`]
    }
  })
}
