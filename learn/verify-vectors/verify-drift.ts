import { createAdwin } from '../drift/adwin.ts'
import { createDdm } from '../drift/ddm.ts'
import { createEddm } from '../drift/eddm.ts'
import { createHddmA } from '../drift/hddm-a.ts'
import { createHddmW } from '../drift/hddm-w.ts'
import { createKswin, type KswinOptions } from '../drift/kswin.ts'
import { createPageHinkley } from '../drift/page-hinkley.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

interface Result {
  detections: number[]
  warnings?: number[]
  trace?: { n: number; [name: string]: number }[]
}

interface DriftVectors {
  streams: Record<string, number[]>
  results: Record<string, Result>
}

interface Traced {
  update(x: number): boolean
  readonly warning?: boolean
  /** A number of the trace by River's name. */
  traced?(name: string): number
}

const TOLERANCE = 1e-9

const DETECTORS: Readonly<Record<string, () => Traced>> = {
  'ADWIN_0.002': () => adwin(),
  'ADWIN_0.01': () => adwin({ delta: 0.01 }),
  ADWIN_clock1: () => adwin({ clock: 1, minWindow: 10, maxBuckets: 3 }),
  PageHinkley: () => createPageHinkley(),
  PageHinkley_up: () => createPageHinkley({ mode: 'up', threshold: 20 }),
  PageHinkley_down: () => createPageHinkley({ mode: 'down', threshold: 10 }),
  KSWIN_w100_s50_det: () => kswin({ alpha: 0.0005, window: 100, recent: 50 }),
  KSWIN_default_seed42: () => kswin({ alpha: 0.0005, seed: 42 }),
  DDM: () => createDdm(),
  EDDM: () => createEddm(),
  HDDMA: () => createHddmA(),
  HDDMW: () => createHddmW(),
}

/** Detections, warnings and inner values of drift detectors against River's. */
export const verifyDrift: VectorVerifier = ({ bytes }) => {
  const { streams, results } = jsonOf<DriftVectors>(bytes)
  const comparison = createComparison()
  for (const [path, expected] of Object.entries(results)) {
    const [stream = '', name = ''] = path.split('/')
    const detector = DETECTORS[name]?.()
    if (!detector) throw new Error(`There is no detector ${name}, wanted one of ${Object.keys(DETECTORS)}.`)
    const found: Result & { trace: Record<string, number>[] } = { detections: [], warnings: [], trace: [] }
    for (const [i, x] of (streams[stream] ?? []).entries()) {
      if (detector.update(x)) found.detections.push(i)
      if (detector.warning) found.warnings?.push(i)
      const point = expected.trace?.[found.trace.length]
      if (point?.n !== i + 1) continue
      const names = Object.keys(point).filter(key => key !== 'n')
      found.trace.push(Object.fromEntries(names.map(key => [key, detector.traced?.(key) ?? Number.NaN])))
    }
    comparison.same(`${path}.detections`, found.detections, expected.detections, 0)
    if (expected.warnings) comparison.same(`${path}.warnings`, found.warnings, expected.warnings, 0)
    expected.trace?.forEach(({ n, ...point }, i) => {
      for (const [key, value] of Object.entries(point)) {
        comparison.same(`${path}.trace[n = ${n}].${key}`, found.trace[i]?.[key], value, TOLERANCE)
      }
    })
  }
  return comparison.verdict
}

function adwin(options: Parameters<typeof createAdwin>[0] = {}): Traced {
  const detector = createAdwin(options)
  const traced = (name: string): number => {
    if (name === 'width') return detector.width
    if (name === 'estimation') return detector.mean
    return name === 'total' ? detector.mean * detector.width : detector.variance
  }
  return { update: x => detector.update(x), traced }
}

function kswin(options: KswinOptions): Traced {
  const detector = createKswin(options)
  return { update: detector.update, traced: () => detector.pValue }
}
