import { ecciRealism } from '#use-cases/ecci-domain.ts'
import { useCases } from '#use-cases/index.ts'
import { slope } from './slope.ts'
import type { SoakRun, SoakTotals } from './sustain-load.ts'

export interface SoakVerdict {
  /** Sentences, one a broken bound; none means passed. */
  broken: readonly string[]
  askedPerSecond: number
  /** Events in Kafka per second after the warm-up. */
  ratePerSecond: number
  minutes: number
  /** Events that were in Kafka and not yet read back as predictions. */
  lag: { max: number; end: number | null }
  /** At a websocket with `maxPerSecond`, since the append. */
  delayMs: { p50: number; p99: number }
  roles: readonly RoleMemory[]
  totals: readonly SoakTotals[]
  method: string
}

interface RoleMemory {
  name: string
  /** After the warm-up, 10^6 bytes. */
  firstMb: number
  lastMb: number
  maxMb: number
  /** Least squares over the samples after the warm-up; null where they are too few to tell. */
  mbPerMinute: number | null
  cores: number
}

/** Before it nothing is judged but counts: compilers, caches and models warm up. */
const WARM_UP_SECONDS = 120
/** In a short run. */
const LEAST_WARM_UP = 0.5
/** Shorter runs tell nothing of growth. */
const LEAST_MINUTES_FOR_SLOPE = 5
const MOST_MB_PER_MINUTE = 4
/** The growth that a short run cannot judge is bounded by the whole. */
const MOST_MB = 800
/** One of the three use cases, the shop, follows the hour of the day: at night it is that much below its mean. */
const LEAST_OF_RATE = 0.97 - ecciRealism.dailySwing / useCases.length
/** Lag in seconds of the rate. */
const MOST_LAG_SECONDS = 3

const ENGINES = new Set(['kafka', 'redis', 'mlflow', 'soak'])

/** Holds a run against its bounds. */
export function judgeSoak(
  { samples, totals, drainedSeconds, delay }: SoakRun,
  { rate, minutes }: { rate: number; minutes: number },
): SoakVerdict {
  const warmUp = Math.min(WARM_UP_SECONDS, minutes * 60 * LEAST_WARM_UP)
  const warm = samples.filter(({ seconds }) => seconds >= warmUp)
  const [first] = warm
  const last = warm.at(-1)
  if (!first || !last || first === last) throw new Error('Too few samples were taken to judge anything.')
  const elapsed = last.seconds - first.seconds
  const ratePerSecond = (last.produced - first.produced) / elapsed
  const lags = warm.map(({ produced, predicted }) => Math.max(0, produced - predicted))
  const produced = totals.reduce((sum, one) => sum + one.produced, 0)
  const predicted = totals.reduce((sum, one) => sum + one.predicted, 0)
  const judgesSlope = minutes >= LEAST_MINUTES_FOR_SLOPE

  const roles = [...last.processes.keys()].map((name): RoleMemory => {
    const points = warm.flatMap(({ seconds, processes }) => {
      const used = processes.get(name)
      return used ? [{ x: seconds / 60, y: used.residentMb }] : []
    })
    const cpu = (of: typeof last) => of.processes.get(name)?.cpuSeconds ?? 0
    return {
      name,
      firstMb: points[0]?.y ?? 0,
      lastMb: points.at(-1)?.y ?? 0,
      maxMb: Math.max(...points.map(({ y }) => y)),
      mbPerMinute: judgesSlope ? slope(points) : null,
      cores: (cpu(last) - cpu(first)) / elapsed,
    }
  })

  const broken: string[] = []
  const demand = (holds: boolean, sentence: string) => {
    if (!holds) broken.push(sentence)
  }
  demand(
    ratePerSecond >= rate * LEAST_OF_RATE,
    `${ratePerSecond.toFixed(0)} events/s were produced, at least ${(rate * LEAST_OF_RATE).toFixed(0)} wanted.`,
  )
  const maxLag = Math.max(...lags)
  demand(
    maxLag <= rate * MOST_LAG_SECONDS,
    `The lag came to ${maxLag} events, at most ${rate * MOST_LAG_SECONDS} (${MOST_LAG_SECONDS} s) wanted.`,
  )
  demand(drainedSeconds !== null, `${produced - predicted} events were not predicted in the end, 0 wanted.`)
  for (const { useCase, missing, doubled, deadLetters, predicted, told, sawLast, ...one } of totals) {
    demand(one.produced === predicted, `${useCase}: ${predicted} of ${one.produced} events were predicted.`)
    demand(missing + doubled === 0, `${useCase}: ${missing} left out, ${doubled} predicted twice, 0 wanted.`)
    demand(deadLetters === 0, `${useCase}: ${deadLetters} dead letters, 0 wanted.`)
    demand(
      told === predicted,
      `${useCase}: the websocket was told of ${told} predictions, ${predicted} wanted.`,
    )
    demand(sawLast, `${useCase}: the websocket's last message was not the last prediction.`)
  }
  for (const { name, mbPerMinute, maxMb } of roles) {
    if (ENGINES.has(name)) continue
    demand(
      (mbPerMinute ?? 0) <= MOST_MB_PER_MINUTE,
      `${name} grew by ${mbPerMinute?.toFixed(1)} MB a minute, at most ${MOST_MB_PER_MINUTE} wanted.`,
    )
    demand(maxMb <= MOST_MB, `${name} held ${maxMb.toFixed(0)} MB, at most ${MOST_MB} wanted.`)
  }
  const memory = judgesSlope
    ? `resident memory of each role grows by at most ${MOST_MB_PER_MINUTE} MB a minute after minute ${WARM_UP_SECONDS / 60}`
    : `a run of less than ${LEAST_MINUTES_FOR_SLOPE} minutes bounds resident memory to ${MOST_MB} MB a role only`
  return {
    broken,
    askedPerSecond: rate,
    ratePerSecond,
    minutes,
    lag: { max: maxLag, end: drainedSeconds === null ? produced - predicted : 0 },
    delayMs: delay,
    roles,
    totals,
    method: `${minutes} minutes, ${produced} realistic events of ${totals.length} use cases and their labels by the role producers, broker, Redis, MLflow, one process a role and the auditor on one machine; every event predicted once by the order logs, 0 dead letters, lag at most ${maxLag} events and 0 at the end, websocket with maxPerSecond told of all; ${memory}`,
  }
}
