import type { Registry } from '../registry/open-registry.ts'
import type { LoadedModel } from './loaded-model.ts'
import type { ResidentModels } from './resident-models.ts'

/** The champion of each use case, in memory before it answers. */
export interface Champions extends Disposable {
  /** Null before one was promoted. A new champion is loaded once it is told of; until then the one before answers. */
  get(useCase: string): Promise<LoadedModel | null>
}

interface Held {
  run: string
  model: Promise<LoadedModel>
}

export function createChampions({
  registry,
  models,
  notice,
}: {
  registry: Pick<Registry, 'champion' | 'onChange'>
  models: ResidentModels
  notice: (level: 'warn', message: string) => void
}): Champions {
  const answering = new Map<string, Held>()

  async function swap(useCase: string, run: string): Promise<LoadedModel> {
    const model = models.get(run)
    const before = answering.get(useCase)
    if (!before) answering.set(useCase, { run, model })
    const loaded = await model
    // A later change may have overtaken this one.
    if (registry.champion(useCase)?.run === run) answering.set(useCase, { run, model })
    return loaded
  }

  const listening = registry.onChange(({ useCase, run }) => {
    // Nobody has asked yet, so nothing has to be in memory.
    if (answering.has(useCase))
      swap(useCase, run).catch(error =>
        notice(
          'warn',
          `The champion of ${useCase} can't be loaded, the one before it answers on: ${error.message}`,
        ),
      )
  })

  return {
    async get(useCase) {
      const champion = registry.champion(useCase)
      if (!champion) return null
      const held = answering.get(useCase)
      if (held) {
        try {
          return await held.model
        } catch (error) {
          if (answering.get(useCase) === held) answering.delete(useCase)
          throw error
        }
      }
      return swap(useCase, champion.run)
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  }
}
