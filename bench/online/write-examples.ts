import { writeFile } from 'node:fs/promises'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

/**
 * The features of labelled events for River, one example a line. Missing values are left out, and categories stay text,
 * which its learners take for nominal; those that take numbers only get `numeric`, the columns that are.
 */
export async function writeExamples(
  file: string,
  useCase: UseCase,
  events: readonly JsonEvent[],
  { numericOnly = false }: { numericOnly?: boolean } = {},
): Promise<void> {
  const features = useCase.features.filter(({ kind }) => kind === 'numeric' || !numericOnly)
  const label = useCase.label?.field as string
  const lines = events.map(event => {
    const x: Record<string, number | string> = {}
    for (const { name, kind, of } of features) {
      const value = of(event)
      if (value !== null) x[name] = kind === 'nominal' ? String(value) : Number(value)
    }
    return JSON.stringify({ x, y: event[label] })
  })
  await writeFile(file, `${lines.join('\n')}\n`)
}
