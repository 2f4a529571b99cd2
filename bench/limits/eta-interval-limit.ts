import { createEtaOracle, type EtaOracle, type Trip } from './eta-limit.ts'
import { winklerScore } from './winkler-score.ts'

export interface EtaIntervalLimit {
  /** Share of trips within the conditional 5 % and 95 % quantiles. */
  coverage: number
  /** Mean Winkler score of these quantiles at level .9, seconds; no other interval has a smaller one on average. */
  winkler: number
  /** Mean width, seconds. */
  width: number
}

/** What knowing the law of the stream reaches with 90 % intervals on these labelled `parity` trips. */
export function etaIntervalLimit(
  trips: readonly Trip[],
  oracle: EtaOracle = createEtaOracle(),
): EtaIntervalLimit {
  let inside = 0
  let winkler = 0
  let width = 0
  for (const trip of trips) {
    const seconds = trip.simulated_actual_travel_time_seconds as number
    const { low, high } = oracle(trip)
    if (low <= seconds && seconds <= high) inside++
    winkler += winklerScore(low, high, seconds, 0.9)
    width += high - low
  }
  const count = trips.length
  return { coverage: inside / count, winkler: winkler / count, width: width / count }
}
