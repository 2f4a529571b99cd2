import { parityEvents } from '#bench/limits/parity-events.ts'
import { createLearner, learnerCatalogue } from '#learn/online/registry.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import type { UseCase } from '#use-cases/define.ts'
import { eta } from '#use-cases/eta.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'

const LEARNED = 10_000
const TIMED = 2000
const ROUNDS = 15

/** How long does a single prediction of each learner of events take, warm, in microseconds? */
export async function predictSpeed(): Promise<BenchResult[]> {
  return [tfd, eta].flatMap(useCase => ofUseCase(useCase as unknown as UseCase))
}

function ofUseCase(useCase: UseCase): BenchResult[] {
  const events = parityEvents(useCase as never, { count: LEARNED + TIMED, seed: '1' }) as Record<
    string,
    unknown
  >[]
  const encoder = createRowEncoder(useCase.features)
  const rows = events.map(event => encoder.encode(event as never))
  const labels = events.map(event => Number(event[useCase.label?.field ?? '']))
  const names = [...learnerCatalogue].filter(([, { task }]) => task === useCase.task).map(([name]) => name)
  return names.map(name => {
    const params = name === useCase.online.learner ? useCase.online.params : {}
    const learner = createLearner(name, { columns: encoder.columns, params, seed: '1' })
    if (learner.task === 'clustering') throw new Error(`${name} predicts no events.`)
    for (let i = 0; i < LEARNED; i++) learner.learn(rows[i] as Float64Array, labels[i] as 0 | 1)
    const times: number[] = []
    let sum = 0
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now()
      for (let i = LEARNED; i < rows.length; i++) sum += learner.predict(rows[i] as Float64Array)
      times.push((1000 * (performance.now() - began)) / TIMED)
    }
    if (!Number.isFinite(sum)) throw new Error(`${name} predicted what is no number.`)
    times.sort((a, b) => a - b)
    return {
      name: `${useCase.id}, one prediction by ${name}`,
      ours: times[ROUNDS >> 1] as number,
      peer: null,
      ratio: null,
      unit: 'us',
      method: `${LEARNED} parity events learned, ${TIMED} others predicted ${ROUNDS} times, median`,
      environment: environment(),
    }
  })
}
