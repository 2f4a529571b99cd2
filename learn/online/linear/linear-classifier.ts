import type { StateReader } from '../../state/reader.ts'
import type { BinaryClassifier } from '../learner.ts'
import type { ParameterSpec, ParameterValues } from '../parameters.ts'
import { saveParameters } from '../parameters.ts'
import type { LinearDesign, LinearRow } from './linear-design.ts'
import type { LinearRule } from './linear-rule.ts'

interface Options {
  name: string
  spec: ParameterSpec
  parameters: ParameterValues<ParameterSpec>
  design: LinearDesign
  rule: LinearRule
  updates: number
}

/** Log-odds beyond which a probability is as good as certain. */
const MAX_LOGIT = 30

/** A classifier whose log-odds are the margin of a linear rule over a design of the row. */
export function linearClassifier(options: Options): BinaryClassifier {
  const { name, spec, parameters, design, rule } = options
  let { updates } = options

  function logit(row: LinearRow): number {
    const margin = rule.margin(row)
    return margin > MAX_LOGIT ? MAX_LOGIT : margin < -MAX_LOGIT ? -MAX_LOGIT : margin || 0
  }

  return {
    name,
    task: 'classification',
    parameters,
    get updates() {
      return updates
    },
    predict: row => 1 / (1 + Math.exp(-logit(design.encode(row)))),
    learn(row, label, weight = 1) {
      if (!(weight > 0)) return
      updates += 1
      rule.learn(design.admit(row, weight), label, weight, design.size)
    },
    explain(row, out) {
      out.fill(0)
      const inputs = design.encode(row)
      let sum = 0
      for (let j = 0; j < inputs.length; j++) {
        const part = rule.weight(inputs.indices[j]) * inputs.values[j]
        if (!Number.isFinite(part)) continue
        out[inputs.origins[j]] += part
        sum += part
      }
      // The base holds the intercept and what clamping takes away.
      return logit(inputs) - sum
    },
    sizeBytes: () => design.sizeBytes() + rule.sizeBytes(),
    save(out) {
      out.str(name)
      saveParameters(out, spec, parameters)
      out.f64(updates)
      design.save(out)
      rule.save(out)
    },
  }
}

/** What `save` wrote between the parameters and the design. */
export function readUpdates(input?: StateReader): number {
  return input ? input.f64() : 0
}
