import type { ServerResponse } from 'node:http'
import { sendJson } from './send-json.ts'

/** Whether the process can serve, and what that was judged by; `checks` goes out as it is. */
export interface Readiness {
  ready: boolean
  checks: Readonly<Record<string, unknown>>
}

export interface HealthHandlers {
  live(response: ServerResponse): void
  ready(response: ServerResponse): Promise<void>
  details(response: ServerResponse): Promise<void>
}

/** The three health endpoints: the process lives, it can serve, and everything there is to say. */
export function createHealthHandlers({
  readiness,
  isDraining,
  facts,
}: {
  readiness: () => Promise<Readiness>
  isDraining: () => boolean
  facts: () => Record<string, unknown>
}): HealthHandlers {
  const judge = async (): Promise<Readiness> => {
    if (isDraining()) return { ready: false, checks: { draining: true } }
    try {
      return await readiness()
    } catch (error) {
      return { ready: false, checks: { error: error instanceof Error ? error.message : String(error) } }
    }
  }
  return {
    live: response => sendJson(response, 200, { status: 'alive' }),
    async ready(response) {
      const { ready, checks } = await judge()
      sendJson(response, ready ? 200 : 503, { ready, checks })
    },
    async details(response) {
      const { ready, checks } = await judge()
      const { rss, heapUsed } = process.memoryUsage()
      const state = isDraining() ? 'draining' : ready ? 'ready' : 'not ready'
      const uptimeSeconds = Math.round(process.uptime())
      sendJson(response, 200, {
        status: state,
        uptimeSeconds,
        memoryBytes: { rss, heapUsed },
        ...facts(),
        checks,
      })
    },
  }
}
