import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Regressor, Row } from '../learner.ts'
import { saveParameters, type ParameterSpec, type ParameterValues } from '../parameters.ts'
import { createStandardScaler } from '../preprocess/standard-scaler.ts'
import type { LinearDesign, LinearRow } from './linear-design.ts'
import type { LinearRule } from './linear-rule.ts'

interface Options {
  name: string
  spec: ParameterSpec
  parameters: ParameterValues<ParameterSpec>
  design: LinearDesign
  rule: LinearRule
  targets: TargetScale
  updates: number
}

/** Standardises targets, and bounds predictions by those seen; or does neither. */
export interface TargetScale {
  learn(target: number, weight: number): void
  scaled(target: number): number
  /** What a scaled value counts in the target's unit, and what 0 stands for. */
  readonly unit: number
  readonly origin: number
  bounded(prediction: number): number
  save(out: StateWriter): void
}

/** A regressor that is the margin of a linear rule over a design of the row, in units of the target's spread. */
export function linearRegressor(options: Options): Regressor {
  const { name, spec, parameters, design, rule, targets } = options
  let { updates } = options

  function valueOf(row: LinearRow): number {
    return targets.bounded(targets.origin + targets.unit * rule.margin(row))
  }

  return {
    name,
    task: 'regression',
    parameters,
    get updates() {
      return updates
    },
    predict: row => valueOf(design.encode(row)),
    learn(row: Row, target, weight = 1) {
      if (!Number.isFinite(target) || !(weight > 0)) return
      updates += 1
      targets.learn(target, weight)
      rule.learn(design.admit(row, weight), targets.scaled(target), weight, design.size)
    },
    explain(row, out) {
      out.fill(0)
      const inputs = design.encode(row)
      let sum = 0
      for (let j = 0; j < inputs.length; j++) {
        const part = targets.unit * rule.weight(inputs.indices[j]) * inputs.values[j]
        if (!Number.isFinite(part)) continue
        out[inputs.origins[j]] += part
        sum += part
      }
      // The base holds the intercept and what clamping takes away.
      return valueOf(inputs) - sum
    },
    sizeBytes: () => design.sizeBytes() + rule.sizeBytes() + 40,
    save(out) {
      out.str(name)
      saveParameters(out, spec, parameters)
      out.f64(updates)
      targets.save(out)
      design.save(out)
      rule.save(out)
    },
  }
}

/** Mode `ours` standardises and bounds, mode `river` leaves targets as they are. */
export function createTargetScale(mode: 'ours' | 'river', input?: StateReader): TargetScale {
  return mode === 'ours' ? standardised(input) : asTheyAre
}

const asTheyAre: TargetScale = {
  learn() {},
  scaled: target => target,
  unit: 1,
  origin: 0,
  bounded: prediction => (Number.isFinite(prediction) ? prediction : 0),
  save() {},
}

function standardised(input?: StateReader): TargetScale {
  const scaler = createStandardScaler(1, input)
  const range = input ? input.f64s(2) : Float64Array.of(Infinity, -Infinity)
  return {
    learn(target, weight) {
      scaler.learn(0, target, weight)
      if (target < range[0]) range[0] = target
      if (target > range[1]) range[1] = target
    },
    scaled: target => scaler.scale(0, target),
    get unit() {
      return scaler.deviation(0)
    },
    get origin() {
      return scaler.mean(0)
    },
    bounded(prediction) {
      if (!(range[0] <= range[1])) return 0
      if (prediction > range[1]) return range[1]
      return prediction >= range[0] ? prediction : range[0]
    },
    save(out) {
      scaler.save(out)
      out.f64s(range)
    },
  }
}
