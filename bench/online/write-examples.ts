import { writeFile } from 'node:fs/promises'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

/**
 * The features of labelled events for River, one example a line; missing values are left out. Categories are text, which
 * its trees take for nominal and which its linear learners cannot read; `asNumbers` writes those that are numbers as such.
 */
export async function writeExamples(
  file: string,
  useCase: UseCase,
  events: readonly JsonEvent[],
  { asNumbers = false }: { asNumbers?: boolean } = {},
): Promise<void> {
  const label = useCase.label?.field as string
  const lines = events.map(event => {
    const x: Record<string, number | string> = {}
    for (const { name, kind, of } of useCase.features) {
      const value = of(event)
      if (value !== null) x[name] = kind === 'nominal' && !asNumbers ? String(value) : Number(value)
    }
    return JSON.stringify({ x, y: event[label] })
  })
  await writeFile(file, `${lines.join('\n')}\n`)
}
