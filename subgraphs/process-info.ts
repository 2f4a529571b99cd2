import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Figures about this process. */
export interface ProcessInfo {
  pid: number
  startedAt: number
  nodeVersion: string
  residentBytes: number
  heapUsedBytes: number
  cpuSeconds: number
  eventLoopDelayP99Ms: number
}

const WINDOW_MS = 10_000
const RESOLUTION_MS = 10

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
let lastP99 = 0
let measuring = false

/** The event loop is watched from the first call on. */
export function processInfo(): ProcessInfo {
  if (!measuring) measure()
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return {
    pid: process.pid,
    startedAt: Math.round(performance.timeOrigin),
    nodeVersion: process.version,
    residentBytes: rss,
    heapUsedBytes: heapUsed,
    cpuSeconds: (user + system) / 1e6,
    eventLoopDelayP99Ms: Math.max(lastP99, p99()),
  }
}

function measure(): void {
  measuring = true
  delay.enable()
  setInterval(() => {
    lastP99 = p99()
    delay.reset()
  }, WINDOW_MS).unref()
}

/** The histogram measures the whole interval between its ticks, so its resolution is taken off. */
function p99(): number {
  return delay.count > 0 ? Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS) : 0
}
