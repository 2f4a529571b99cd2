import { createHash, randomUUID } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What a request becomes instead of what it asks for; `afterEffect` does that first, and only answers wrongly. */
export type Fault =
  | {
      status: number
      code?: string
      headers?: Record<string, string>
      message?: string
      /** More XML. */
      extra?: string
      afterEffect?: boolean
    }
  | { cut: true; afterEffect?: boolean }
  | { silent: true; afterEffect?: boolean }
  /** Flips a bit of the body on its way. */
  | { corrupt: true }
  /** Ends the connection in the middle of the body. */
  | { torn: true }
  /** Sends the body in so many pieces, with a pause of milliseconds before each. */
  | { drips: number; pause: number }

export interface FakeRequest {
  method: string
  bucket: string
  key: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
}

export interface FakeS3 extends AsyncDisposable {
  readonly endpoint: string
  readonly objects: Map<string, FakeObject>
  readonly buckets: Set<string>
  readonly requests: readonly FakeRequest[]
  /** Asked for every request; null lets it be. */
  fault: (request: FakeRequest) => Fault | null
  /** Does not look at `If-None-Match`, or looks, waits, and writes then. */
  conditions: 'kept' | 'ignored' | 'late'
  keepsMetadata: boolean
  /** Order of a list. */
  order: (a: string, b: string) => number
}

interface FakeObject {
  body: Buffer
  metadata: Record<string, string>
}

/** An S3 store in memory on 127.0.0.1 that can be made to fail and to lie. It believes every signature. */
export const startFakeS3 = async ({ bucket = 'lake' } = {}): Promise<FakeS3> => {
  const uploads = new Map<string, { parts: Map<number, Buffer>; metadata: Record<string, string> }>()
  const requests: FakeRequest[] = []
  const server: Server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy())
  })
  const store: FakeS3 = {
    endpoint: '',
    objects: new Map(),
    buckets: new Set([bucket]),
    requests,
    fault: () => null,
    conditions: 'kept',
    keepsMetadata: true,
    order: (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }

  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming)
    const url = new URL(incoming.url ?? '/', 'http://fake')
    const [, bucket = '', ...parts] = decodeURIComponent(url.pathname).split('/')
    const { method = '', headers } = incoming
    const request = { method, bucket, key: parts.join('/'), query: url.searchParams, headers }
    requests.push(request)
    const fault = store.fault(request)
    const isWrong = fault && ('status' in fault || 'cut' in fault || 'silent' in fault)
    const answer = isWrong && !fault.afterEffect ? null : await handle(request, body)
    if (fault && 'silent' in fault) return
    if (fault && 'cut' in fault) return void incoming.socket.destroy()
    const {
      status,
      headers: sent = {},
      content = Buffer.alloc(0),
    } = fault && 'status' in fault ? failure(fault) : (answer ?? failure({ status: 500 }))
    response.writeHead(status, { 'content-length': content.length, ...sent })
    if (method === 'HEAD') return void response.end()
    if (fault && 'corrupt' in fault && content.length > 0) {
      const changed = Buffer.from(content)
      changed[changed.length >> 1]! ^= 1
      return void response.end(changed)
    }
    if (fault && 'torn' in fault) {
      response.write(content.subarray(0, content.length >> 1), () => incoming.socket.destroy())
      return
    }
    if (fault && 'drips' in fault) {
      const size = Math.ceil(content.length / fault.drips)
      for (let start = 0; start < content.length; start += size) {
        await new Promise(resolve => setTimeout(resolve, fault.pause))
        response.write(content.subarray(start, start + size))
      }
    }
    response.end('drips' in (fault ?? {}) ? undefined : content)
  }

  const handle = async (
    { method, bucket, key, query, headers }: FakeRequest,
    body: Buffer,
  ): Promise<Answer> => {
    if (method === 'PUT' && key === '') {
      store.buckets.add(bucket)
      return { status: 200 }
    }
    if (!store.buckets.has(bucket)) return failure({ status: 404, code: 'NoSuchBucket' })
    if (method === 'GET' && query.has('list-type')) return list(query)
    if (method === 'POST' && query.has('delete')) {
      for (const [, name = ''] of body.toString().matchAll(/<Key>(.*?)<\/Key>/g)) store.objects.delete(name)
      return xml('<DeleteResult/>')
    }
    if (query.has('uploads')) {
      const id = randomUUID()
      uploads.set(id, { parts: new Map(), metadata: metadataOf(headers) })
      return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
    }
    const uploadId = query.get('uploadId')
    if (uploadId !== null) return upload(method, key, uploadId, Number(query.get('partNumber')), body)
    if (method === 'DELETE') {
      store.objects.delete(key)
      return { status: 204 }
    }
    if (method === 'PUT') {
      const isTaken = () =>
        store.conditions !== 'ignored' && headers['if-none-match'] === '*' && store.objects.has(key)
      if (isTaken()) return failure({ status: 412, code: 'PreconditionFailed' })
      if (store.conditions === 'late') await new Promise(resolve => setTimeout(resolve, 30))
      store.objects.set(key, { body, metadata: store.keepsMetadata ? metadataOf(headers) : {} })
      return { status: 200, headers: { etag: etagOf(body) } }
    }
    return read(key, headers)
  }

  const upload = (method: string, key: string, id: string, part: number, body: Buffer): Answer => {
    const found = uploads.get(id)
    if (!found) return failure({ status: 404, code: 'NoSuchUpload' })
    if (method === 'PUT') {
      found.parts.set(part, body)
      return { status: 200, headers: { etag: etagOf(body) } }
    }
    uploads.delete(id)
    if (method === 'DELETE') return { status: 204 }
    const content = Buffer.concat([...found.parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes))
    store.objects.set(key, { body: content, metadata: found.metadata })
    return xml(
      `<CompleteMultipartUploadResult><ETag>${etagOf(content)}</ETag></CompleteMultipartUploadResult>`,
    )
  }

  const read = (key: string, headers: IncomingMessage['headers']): Answer => {
    const found = store.objects.get(key)
    if (!found) return failure({ status: 404, code: 'NoSuchKey' })
    const { body, metadata } = found
    const sent = {
      ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
      etag: etagOf(body),
      'last-modified': new Date(0).toUTCString(),
    }
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
    if (from === undefined) return { status: 200, headers: sent, content: body }
    if (Number(from) >= body.length) return failure({ status: 416, code: 'InvalidRange' })
    const content = body.subarray(Number(from), to ? Number(to) + 1 : undefined)
    const range = `bytes ${from}-${Number(from) + content.length - 1}/${body.length}`
    return { status: 206, headers: { ...sent, 'content-range': range }, content }
  }

  const list = (query: URLSearchParams): Answer => {
    const [prefix, after] = [query.get('prefix') ?? '', query.get('start-after') ?? '']
    const keys = [...store.objects.keys()]
      .filter(key => key.startsWith(prefix) && key > after)
      .sort(store.order)
    const items = keys.map(
      key => `<Contents><Key>${key}</Key><Size>${store.objects.get(key)?.body.length}</Size></Contents>`,
    )
    return xml(`<ListBucketResult><IsTruncated>false</IsTruncated>${items.join('')}</ListBucketResult>`)
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(store, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

interface Answer {
  status: number
  headers?: Record<string, string>
  content?: Buffer
}

const xml = (text: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  content: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`),
})

const failure = ({
  status,
  code,
  message = 'made to fail',
  extra = '',
  headers = {},
}: {
  status: number
  code?: string
  message?: string
  extra?: string
  headers?: Record<string, string>
}): Answer => {
  const answer = xml(
    code ? `<Error><Code>${code}</Code><Message>${message}</Message>${extra}</Error>` : '',
    status,
  )
  return {
    ...answer,
    headers: { ...answer.headers, ...headers },
    ...(!code && { content: Buffer.from(message) }),
  }
}

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`

const metadataOf = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith('x-amz-meta-'))
      .map(([name, value]) => [name.slice('x-amz-meta-'.length), String(value)]),
  )
