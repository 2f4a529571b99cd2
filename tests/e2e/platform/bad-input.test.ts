import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { codeOf, rawRequest } from '../gateway/raw-request.ts'
import { openSocket, refusal } from '../gateway/raw-socket.ts'
import { ask } from '../support/ask.ts'
import { graphql } from '../support/graphql.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { createSubscriber, type Subscribed, type Subscriber } from '../support/subscriber.ts'
import { until } from '../support/until.ts'

const json = { 'content-type': 'application/json' }
const STREAM = 'subscription { predictions(useCase: TFD) { id useCase { lag { totalLag } } } }'

/** A client listens all the while; whatever another one sends, it misses nothing. */
describe('bad input', () => {
  let platform: PlatformProcess
  let subscriber: Subscriber
  let stream: Subscribed<{ predictions: { id: string } }>
  const endpoint = () => `${platform.url}/graphql`
  const socketUrl = () => endpoint().replace('http', 'ws')
  const post = (body: string, headers: Record<string, string> = json) =>
    rawRequest(endpoint(), { method: 'POST', headers, body })

  before(async () => {
    platform = await startPlatformProcess({ args: ['--ephemeral', '--rate', '50'] })
    subscriber = createSubscriber(platform.url)
    stream = subscriber.subscribe(STREAM)
    await stream.take(1)
  })
  after(async () => {
    await subscriber?.[Symbol.asyncDispose]()
    await platform?.kill()
  })

  for (const [what, query, code] of [
    ['malformed GraphQL', '{ useCases { id ', 'GRAPHQL_PARSE_FAILED'],
    ['a field that there is not', '{ useCases { nothing } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a use case that there is not', '{ useCase(id: NONE) { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a mutation of a use case that there is not',
      'mutation { stopTraining(useCase: NONE) { __typename } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a page of no sessions',
      '{ useCase(id: TFD) { sessions(first: 0) { pageInfo { hasNextPage } } } }',
      'BAD_USER_INPUT',
    ],
    [
      'a page after no session',
      '{ useCase(id: TFD) { sessions(after: "x") { pageInfo { hasNextPage } } } }',
      'INVALID_CURSOR',
    ],
    [
      'too many predictions',
      '{ useCase(id: TFD) { recentPredictions(first: 101) { id } } }',
      'BAD_USER_INPUT',
    ],
    ['a subscription by a plain request', STREAM, 'SUBSCRIPTION_TRANSPORT_REQUIRED'],
    [
      'two operations and no name',
      'query A { __typename } query B { __typename }',
      'OPERATION_RESOLUTION_FAILURE',
    ],
  ] as const) {
    test(`${what}: ${code}`, async () => {
      const { errors, status } = await graphql(platform.url, query)
      assert.equal(errors?.[0]?.extensions.code, code)
      assert.ok(status === 200 || status === 400, String(status))
      assert.ok((errors?.[0]?.message.length ?? 0) > 10)
    })
  }

  test('a use case that there is not, as a variable: BAD_USER_INPUT', async () => {
    const { errors } = await graphql(platform.url, 'query ($id: UseCaseId!) { useCase(id: $id) { id } }', {
      id: 'NONE',
    })
    assert.equal(errors?.[0]?.extensions.code, 'BAD_USER_INPUT')
    assert.match(errors?.[0]?.message ?? '', /"NONE" does not exist in "UseCaseId" enum/)
  })

  test('a body of 10 MB: PAYLOAD_TOO_LARGE with 413, announced or not', async () => {
    const body = JSON.stringify({ query: '{ useCases { id } }', variables: { x: 'x'.repeat(10_000_000) } })
    for (const headers of [json, { ...json, 'transfer-encoding': 'chunked' }]) {
      const { status, text } = await post(body, headers)
      assert.deepEqual([status, codeOf(text)], [413, 'PAYLOAD_TOO_LARGE'])
    }
  })

  test('a body that is no JSON or no operation: BAD_REQUEST', async () => {
    for (const body of ['', '{', '[]', '"text"', '{"query":7}', '\u0000']) {
      const { status, text } = await post(body)
      assert.deepEqual([status, codeOf(text)], [400, 'BAD_REQUEST'], JSON.stringify(body))
    }
    const form = await post('query={useCases{id}}', { 'content-type': 'application/x-www-form-urlencoded' })
    assert.deepEqual([form.status, codeOf(form.text)], [415, 'UNSUPPORTED_MEDIA_TYPE'])
  })

  test('a foreign Host or Origin: 403, by HTTP and by websocket', async () => {
    const host = await rawRequest(endpoint(), { headers: { host: 'evil.example' } })
    assert.deepEqual([host.status, codeOf(host.text)], [403, 'FORBIDDEN_HOST'])
    const origin = await rawRequest(endpoint(), { headers: { origin: 'https://evil.example' } })
    assert.deepEqual([origin.status, codeOf(origin.text)], [403, 'FORBIDDEN_ORIGIN'])
    const page = await refusal(socketUrl(), { headers: { origin: 'https://evil.example' } })
    assert.equal(page.status, 403)
    assert.match(page.body, /FORBIDDEN_ORIGIN/)
    const rebound = await refusal(socketUrl(), { headers: { host: 'evil.example' } })
    assert.equal(rebound.status, 403)
  })

  test('malformed frames close their own websocket with the codes of the protocol', async () => {
    for (const frame of ['not json', '{"type":"unheard"}', '{"type":"subscribe"}', Buffer.from([0, 255])]) {
      const { send, closed } = await openSocket(socketUrl())
      send(frame)
      assert.equal((await closed).code, 4400, String(frame))
    }
    const early = await openSocket(socketUrl(), { init: false })
    early.send({ type: 'subscribe', id: '1', payload: { query: STREAM } })
    assert.equal((await early.closed).code, 4401)
    const large = await openSocket(socketUrl())
    large.send({ type: 'ping', payload: { filler: 'x'.repeat(10_000_000) } })
    assert.equal((await large.closed).code, 1009)
  })

  test('bytes that are no HTTP, and connections that break off in the middle', async () => {
    const { hostname, port } = new URL(platform.url)
    for (const bytes of [
      Buffer.from([22, 3, 1, 0, 200, 1, 0]),
      Buffer.from('GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nx: \u0000\r\n\r\n'),
      Buffer.from(
        'POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
      ),
    ]) {
      await new Promise<void>(resolve => {
        const socket = connect(Number(port), hostname, () => socket.write(bytes, () => socket.destroySoon()))
        socket.on('error', () => undefined).on('close', () => resolve())
        socket.resume()
      })
    }
  })

  test('a websocket that vanishes with its subscriptions open', async () => {
    const gone = await openSocket(socketUrl())
    for (const id of ['a', 'b']) gone.send({ type: 'subscribe', id, payload: { query: STREAM } })
    await gone.next()
    gone.socket.terminate()
    await gone.closed
  })

  test('after all of it the process is the same, it serves, and the listener missed nothing', async () => {
    const seen = stream.messages.length
    await until('more predictions', () => stream.messages.length > seen + 5)
    assert.deepEqual([stream.failure, stream.completed], [null, false])
    const sequences = stream.messages.map(({ data, errors }) => {
      assert.equal(errors, undefined)
      return Number(
        Buffer.from(data?.predictions.id ?? '', 'base64url')
          .toString()
          .split(' ')[2],
      )
    })
    assert.deepEqual(
      sequences,
      sequences.map((_, index) => (sequences[0] as number) + index),
    )
    const { services } = await ask<{ services: { state: string; process: { pid: number } }[] }>(
      platform.url,
      '{ services { name state process { pid } } }',
    )
    assert.ok(services.every(({ state, process }) => state === 'UP' && process.pid === platform.pid))
    assert.doesNotMatch(platform.stderr(), /"level":"error"/)
  })
})
