import { createDrift, parseDriftKnobs } from './drift.ts'
import type { EventGenerator, GeneratorSettings, Item } from './generator.ts'
import { createLabelDelay } from './label-delay.ts'
import type { OptionsOf } from './options.ts'
import { type Random, lognormal, round, uniform, createUuids } from './random.ts'
import { tfdDriftLaw, tfdLaw, tfdRealism, type tfdOptions } from './tfd-domain.ts'
import { type Account, type TfdConcept, drawTransaction } from './tfd-transaction.ts'
import { createUsers } from './tfd-users.ts'
import { formatTimestamp } from './timestamp.ts'

type Settings = GeneratorSettings<OptionsOf<typeof tfdOptions>>
type Transaction = ReturnType<typeof createDraw> extends (...args: never) => infer R ? R : never

/**
 * Transactions. In `realistic` mode 30 % of the events belong to returning users, who keep their account and device,
 * and labels arrive on their own: a fraud report after a log-normal delay, else nothing until maturity.
 */
export function createTfdGenerator(settings: Settings): EventGenerator<Transaction['event']> {
  const { mode, options, random, startMs, rate, labelSpeed = 1 } = settings
  const drift = createDrift()
  for (const knob of parseDriftKnobs(options.drift)) drift.add(knob, startMs)
  const draw = createDraw(settings)
  const labels = createLabelDelay()
  const [shortest, longest] = tfdLaw.pause
  // The pause keeps its shape and is stretched to the rate that is wanted.
  const stretchFor = (wanted: number) => 2 / (wanted * (shortest + longest))
  let stretch = rate === undefined ? 1 : stretchFor(rate)
  const fraudProbability = options['fraud-probability']
  let timeMs = startMs
  let events = 0
  let frauds = 0

  const next = (): Item<Transaction['event']> => {
    if (labels.nextMs() <= timeMs) return labels.take()
    const law = drift.isNewConcept(timeMs, random)
      ? { ...tfdDriftLaw, fraudProbability: fraudProbability * tfdDriftLaw.fraudFactor }
      : { ...tfdLaw, fraudProbability }
    const burst = drift.factor(timeMs)
    const { event, isFraud } = draw({ ...law, fraudProbability: law.fraudProbability * burst }, timeMs)
    const key = mode === 'realistic' ? event.user_id : null
    const item = { kind: 'event' as const, timeMs, key, record: event }
    if (mode === 'realistic') {
      const labelMs = round(timeMs + labelDelayMs(random, isFraud) / labelSpeed, 3)
      const label = isFraud ? 1 : 0
      labels.add({ eventId: event.transaction_id, key: event.user_id, label, eventMs: timeMs, labelMs })
    }
    events++
    if (isFraud) frauds++
    timeMs = round(timeMs + uniform(random, shortest, longest) * stretch * 1000, 3)
    return item
  }
  return {
    next,
    drift: knob => drift.add(knob, timeMs),
    setRate: wanted => {
      stretch = stretchFor(wanted)
    },
    drain: labels.takeAll,
    counters: () => ({ events, frauds, pendingLabels: labels.waiting }),
  }
}

/** One whole event, fields in the order of the contract. */
function createDraw(settings: Settings) {
  const { mode, random, startMs } = settings
  const uuid = createUuids(random, startMs)
  const users = createUsers(random, uuid)
  return (concept: TfdConcept, timeMs: number) => {
    let user_id = ''
    const personalise = (base: Account): Account => {
      if (mode === 'parity') return base
      const { userId, account } = users.choose(base, timeMs)
      user_id = userId
      return account
    }
    const { isFraud, ...transaction } = drawTransaction(settings, concept, personalise)
    const event = {
      transaction_id: uuid(),
      user_id: user_id || uuid(),
      timestamp: formatTimestamp(timeMs),
      ...transaction,
      ...(mode === 'parity' ? { is_fraud: isFraud ? 1 : 0 } : {}),
    }
    return { event, isFraud }
  }
}

/** Milliseconds until the label is known: fraud is reported, the rest matures. */
function labelDelayMs(random: Random, isFraud: boolean): number {
  const { fraudLabelMedianMs, fraudLabelSigma, maturityMs } = tfdRealism
  return isFraud ? Math.min(maturityMs, lognormal(random, fraudLabelMedianMs, fraudLabelSigma)) : maturityMs
}
