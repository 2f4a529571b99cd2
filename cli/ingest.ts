import { defineCommand } from 'citty'
import { readClientHeaders } from '#config.ts'
import { readEvents } from './read-events.ts'

interface Report {
  accepted: number
  duplicates: number
  rejected: { index: number; message: string }[]
}

interface Answer {
  data?: { ingest: Report }
  errors?: { message: string; extensions: { code: string } }[]
}

/** Events per request: about 300 kB of JSON. */
const BATCH = 500
const SHOWN_REJECTIONS = 5

const MUTATION = `mutation Ingest($useCase: UseCaseId!, $events: [JSON!]!) {
  ingest(useCase: $useCase, events: $events) { accepted duplicates rejected { index message } }
}`

/** Exit codes: 0 all events are in the log, 1 some were refused or the platform failed, 2 wrong arguments. */
export const ingest = defineCommand({
  meta: {
    name: 'ingest',
    description: 'Send events from a JSON Lines or Parquet file to a running platform.',
  },
  args: {
    useCase: { type: 'positional', description: 'TFD, ETA or ECCI', required: true },
    file: { type: 'positional', description: 'A .jsonl or .parquet file', required: true },
    url: { type: 'string', description: 'Address of the platform', default: 'http://127.0.0.1:4000' },
  },
  async run({ args }) {
    const total: Report = { accepted: 0, duplicates: 0, rejected: [] }
    const began = performance.now()
    let batch: unknown[] = []
    let sent = 0
    const useCase = args.useCase.toUpperCase()

    async function flush(): Promise<void> {
      if (batch.length === 0) return
      const report = await post(args.url, useCase, batch)
      total.accepted += report.accepted
      total.duplicates += report.duplicates
      for (const { index, message } of report.rejected) total.rejected.push({ index: sent + index, message })
      sent += batch.length
      batch = []
      if (process.stderr.isTTY) process.stderr.write(`\r${sent} events`)
    }

    try {
      for await (const event of readEvents(args.file)) {
        batch.push(event)
        if (batch.length === BATCH) await flush()
      }
      await flush()
    } catch (error) {
      const { message, exitCode = 1 } = error as Error & { exitCode?: number }
      process.stderr.write(`\n${message}\n`)
      if (total.accepted > 0)
        process.stderr.write(`${total.accepted} events are in the log; sending the file again skips them.\n`)
      process.exit(exitCode)
    }
    const seconds = (performance.now() - began) / 1000
    if (process.stderr.isTTY) process.stderr.write('\r')
    process.stdout.write(
      `${total.accepted} accepted, ${total.duplicates} duplicates, ${total.rejected.length} rejected in ${seconds.toFixed(1)} s\n`,
    )
    for (const { index, message } of total.rejected.slice(0, SHOWN_REJECTIONS)) {
      process.stderr.write(`event ${index + 1}: ${message}\n`)
    }
    if (total.rejected.length > 0) process.exit(1)
  },
})

async function post(url: string, useCase: string, events: readonly unknown[]): Promise<Report> {
  const endpoint = URL.parse('/graphql', url)
  if (!endpoint) throw wrong(`--url: "${url}" given, an address such as http://127.0.0.1:4000 wanted.`)
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...readClientHeaders(), 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: MUTATION, variables: { useCase, events } }),
  }).catch(error => {
    throw new Error(
      `Nothing answers at ${url} (${(error as Error).message}). Start the platform with \`npm start\`, or name its address with --url.`,
    )
  })
  const body = (await response.json().catch(() => ({}))) as Answer
  if (body.data?.ingest && !body.errors) return body.data.ingest
  const reason = body.errors?.map(({ message }) => message).join(' ') ?? `HTTP ${response.status}`
  const message = `The platform refused the batch: ${reason}`
  throw body.errors?.[0]?.extensions.code === 'BAD_USER_INPUT' ? wrong(message) : new Error(message)
}

function wrong(message: string): Error {
  return Object.assign(new Error(message), { exitCode: 2 })
}
