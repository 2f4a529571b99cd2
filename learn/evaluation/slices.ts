import { codedError } from '../coded-error.ts'
import type { MetricTask } from '../metrics/catalogue.ts'
import type { Observation } from '../metrics/metric.ts'
import { createMetricSet, loadMetricSet, type MetricSet, type MetricValue } from '../metrics/metric-set.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import { expectCumulative } from './cumulative-metrics.ts'
import { type SliceGap, sliceGaps } from './slice-gaps.ts'

export interface SliceOptions {
  /** Names of the fields that the stream is sliced by. */
  fields: readonly string[]
  /** Names of metrics without a window of their own. */
  metrics: readonly string[]
  task: MetricTask
  /** Values per field that get a slice of their own; those that come later share one. */
  maxValues?: number
  /** Observations that a slice needs to count in the gap between slices. */
  minObservations?: number
}

export interface SliceValue {
  field: string
  /** Null for events without a value, and for the rest. */
  value: string | null
  /** Whether these are the events of all values that found no room. */
  rest: boolean
  n: number
  metrics: MetricValue[]
}

/** How good a model is for each value of the declared fields. */
export interface Slices {
  /** `values[i]` is the value of field i, null for none. */
  update(values: readonly (string | null)[], observation: Observation): void
  correct(values: readonly (string | null)[], before: Observation, after: Observation): void
  snapshot(): { values: SliceValue[]; gaps: SliceGap[] }
  save(out: StateWriter): void
}

interface Slice {
  n: number
  metrics: MetricSet
}

interface Field {
  name: string
  /** By value; null for events without one. */
  slices: Map<string | null, Slice>
  rest: Slice | null
}

/** Throws UNKNOWN_METRIC and INVALID_METRIC for metrics that cannot be kept per slice. */
export function createSlices(options: SliceOptions): Slices {
  return build(options)
}

/** Continues slices that were created with the same options. */
export function loadSlices(input: StateReader, options: SliceOptions): Slices {
  return build(options, input)
}

function build(
  { fields: names, metrics, task, maxValues = 50, minObservations = 100 }: SliceOptions,
  input?: StateReader,
): Slices {
  expectCumulative(metrics)
  createMetricSet(metrics, { task })
  const fields = names.map(name => (input ? loadField(name, input) : newField(name)))

  function sliceOf(field: Field, value: string | null): Slice {
    const known = field.slices.get(value)
    if (known) return known
    const fresh = () => ({ n: 0, metrics: createMetricSet(metrics, { task }) })
    if (value !== null && field.slices.size >= maxValues) return (field.rest ??= fresh())
    const slice = fresh()
    field.slices.set(value, slice)
    return slice
  }

  function expectValues(values: readonly (string | null)[]): void {
    if (values.length === fields.length) return
    throw codedError('INVALID_PARAMETER', `${values.length} values were given, wanted ${fields.length}.`)
  }

  function valuesOf({ name, slices, rest }: Field): SliceValue[] {
    const found = [...slices].map(([value, slice]) => describe(name, value, false, slice))
    return rest ? [...found, describe(name, null, true, rest)] : found
  }

  return {
    update(values, observation) {
      expectValues(values)
      for (let i = 0; i < fields.length; i++) {
        const slice = sliceOf(fields[i], values[i])
        slice.n += 1
        slice.metrics.update(observation)
      }
    },
    correct(values, before, after) {
      expectValues(values)
      for (let i = 0; i < fields.length; i++) sliceOf(fields[i], values[i]).metrics.correct(before, after)
    },
    snapshot() {
      const values = fields.flatMap(valuesOf)
      return { values, gaps: sliceGaps(values, minObservations) }
    },
    save(out) {
      for (const { slices, rest } of fields) {
        out.u32(slices.size)
        for (const [value, slice] of slices) {
          out.bool(value !== null)
          if (value !== null) out.str(value)
          saveSlice(slice, out)
        }
        out.bool(rest !== null)
        if (rest) saveSlice(rest, out)
      }
    },
  }
}

function describe(field: string, value: string | null, rest: boolean, { n, metrics }: Slice): SliceValue {
  return { field, value, rest, n, metrics: metrics.snapshot() }
}

function newField(name: string): Field {
  return { name, slices: new Map(), rest: null }
}

function loadField(name: string, input: StateReader): Field {
  const field = newField(name)
  for (let left = input.u32(); left > 0; left--) {
    const value = input.bool() ? input.str() : null
    field.slices.set(value, loadSlice(input))
  }
  if (input.bool()) field.rest = loadSlice(input)
  return field
}

function saveSlice({ n, metrics }: Slice, out: StateWriter): void {
  out.f64(n)
  metrics.save(out)
}

function loadSlice(input: StateReader): Slice {
  return { n: input.f64(), metrics: loadMetricSet(input) }
}
