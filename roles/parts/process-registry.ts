import { collectDefaultMetrics, Registry } from 'prom-client'

/** A registry with the metrics of this process and its runtime. */
export function createProcessRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}
