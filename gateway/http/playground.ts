import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendRefusal } from './send-json.ts'

export interface PlaygroundTab {
  title: string
  /** Name the operation as the tab: once it has run, the editor titles the tab by that name. */
  query: string
  variables?: Record<string, unknown>
}

export interface Playground {
  page(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** Serves what lies under `STATIC_PATH`, out of the installed package. */
  file(request: IncomingMessage, response: ServerResponse): Promise<void>
}

export const STATIC_PATH = '/ruru-static/'

/**
 * The playground: ruru, all of it from this machine. It is loaded at the first visit, not at the start,
 * since most processes never see one. The policy in the header lets the page talk to this gateway only.
 */
export function createPlayground({
  tabs,
  endpoint,
}: {
  tabs: readonly PlaygroundTab[]
  endpoint: string
}): Playground {
  let rendered: Promise<{ html: string; policy: string }> | undefined
  return {
    async page(request, response) {
      const { html, policy } = await (rendered ??= render(tabs, endpoint))
      // The guard has checked the host; browsers differ in whether 'self' covers websockets.
      const host = request.headers.host ?? ''
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': `${policy}; connect-src 'self' ws://${host} wss://${host}`,
        'cache-control': 'no-cache',
        vary: 'accept',
      })
      response.end(html)
    },
    async file(request, response) {
      const { getStaticFile } = await import('ruru/static')
      const file = await getStaticFile({
        staticPath: STATIC_PATH,
        urlPath: request.url ?? '',
        acceptEncoding: request.headers['accept-encoding'],
        disallowDevAssets: true,
      })
      if (!file)
        return sendRefusal(response, { code: 'NOT_FOUND', message: 'The playground has no such file.' })
      const { etag } = file.headers
      if (etag && request.headers['if-none-match'] === etag) {
        response.writeHead(304, { etag })
        response.end()
        return
      }
      response.writeHead(200, {
        ...file.headers,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      })
      response.end(file.content)
    },
  }
}

async function render(
  tabs: readonly PlaygroundTab[],
  endpoint: string,
): Promise<{ html: string; policy: string }> {
  const { ruruHTML } = await import('ruru/server')
  const html = ruruHTML({
    endpoint,
    staticPath: STATIC_PATH,
    htmlParts: {
      metaTags: tags => `${tags}\n<link rel="icon" href="data:," />`,
      configScript: script => `${script}\n<script>${tabScript(tabs, endpoint)}</script>`,
    },
  })
  const inline = [...html.matchAll(/<script(?: type="module")?>([\s\S]*?)<\/script>/g)].map(([, text = '']) =>
    sha256(text),
  )
  const policy = [
    "default-src 'self'",
    `script-src 'self' ${inline.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
  return { html, policy }
}

/** Runs before ruru: names the websocket beside the page, and lays out the tabs for those who have none of their own. */
function tabScript(tabs: readonly PlaygroundTab[], endpoint: string): string {
  const state = {
    activeTabIndex: 0,
    tabs: tabs.map(({ title, query, variables }, index) => ({
      id: `example-${index}`,
      hash: `example-${index}`,
      title,
      query,
      variables: variables ? JSON.stringify(variables, null, 2) : null,
      headers: null,
      operationName: null,
      response: null,
    })),
  }
  const text = (value: string | null | undefined) => JSON.stringify(value ?? '').replaceAll('<', '\\u003c')
  const json = text(JSON.stringify(state))
  // The editor opens the tab that equals the query it was left with, or one more tab.
  const first = state.tabs[0]
  return `
RURU_CONFIG.subscriptionEndpoint = (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + ${JSON.stringify(endpoint)};
if (${tabs.length} > 0 && !localStorage.getItem('graphiql:tabState')) {
  localStorage.setItem('graphiql:tabState', ${json});
  localStorage.setItem('graphiql:query', ${text(first?.query)});
  localStorage.setItem('graphiql:variables', ${text(first?.variables)});
}
`
}

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
