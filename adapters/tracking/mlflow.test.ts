import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { openMlflowTracking } from './mlflow.ts'

// What a working server never does; the contract itself runs against a real one in tests/engines/mlflow-contract.test.ts.

type Answer = { status?: number; json?: unknown; text?: string; headers?: Record<string, string> } | 'lost'
type Script = (path: string, request: IncomingMessage, body: string) => Answer

const RUN = {
  info: {
    run_id: 'f'.repeat(32),
    experiment_id: '1',
    run_name: 'model',
    status: 'RUNNING',
    lifecycle_stage: 'active',
  },
  data: {},
}

/** A server that answers as the script says, and the requests that it saw. */
const startScripted = async (t: TestContext, script: Script) => {
  const seen: string[] = []
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.split('?')[0] ?? ''
    const body = (await request.setEncoding('utf8').toArray()).join('')
    seen.push(`${request.method} ${path}`)
    const answer = path === '/version' ? scriptedVersion(script, request) : script(path, request, body)
    if (answer === 'lost') {
      request.socket.destroy()
      return
    }
    const { status = 200, json = {}, text = JSON.stringify(json), headers = {} } = answer
    response.writeHead(status, headers).end(text)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  return { uri: `http://127.0.0.1:${port}`, seen }
}

const scriptedVersion = (script: Script, request: IncomingMessage): Answer => {
  const answer = script('/version', request, '')
  return answer !== 'lost' && answer.json === undefined && answer.text === undefined && !answer.status
    ? { text: '3.17.0' }
    : answer
}

const open = (uri: string, options: Partial<Parameters<typeof openMlflowTracking>[0]> = {}) =>
  openMlflowTracking({ uri, retryForMs: 300, ...options })

const rejectsWith = async (promise: Promise<unknown>, code: string, ...parts: RegExp[]) => {
  const error = (await promise.then(
    () => assert.fail('It did not fail.'),
    (error: unknown) => error,
  )) as Error & { code: string }
  assert.equal(error.code, code, error.message)
  for (const part of parts) assert.match(error.message, part)
  assert.doesNotMatch(JSON.stringify([error.message, error.stack, error]), /secret-1/)
}

test('an address that is none is refused without showing what it holds', async () => {
  for (const uri of ['', 'sqlite:///x', 'admin:secret-1@host', 'ftp://admin:secret-1@host']) {
    await rejectsWith(open(uri), 'INVALID_ARGUMENT', /MLFLOW_TRACKING_URI/)
  }
})

test('a server that is not there is tried for a while, then named with the setting', async () => {
  const notices: string[] = []
  const uri = 'http://admin:secret-1@127.0.0.1:1'
  await rejectsWith(
    open(uri, { onNotice: (_, message) => notices.push(message) }),
    'ENGINE_UNREACHABLE',
    /http:\/\/127\.0\.0\.1:1 /,
    /MLFLOW_TRACKING_URI/,
    /ECONNREFUSED/,
  )
  assert.equal(notices.length, 1)
  assert.doesNotMatch(notices[0] ?? '', /secret-1/)
})

test('refused credentials are an error at once, which names the user and never the password', async t => {
  const { uri, seen } = await startScripted(t, () => ({ status: 401, text: 'You are not authenticated.' }))
  await rejectsWith(
    open(uri, { username: 'ada', password: 'secret-1' }),
    'ENGINE_ACCESS_DENIED',
    /the user ada/,
    /MLFLOW_TRACKING_USERNAME/,
  )
  await rejectsWith(open(uri, { token: 'secret-1' }), 'ENGINE_ACCESS_DENIED', /MLFLOW_TRACKING_TOKEN/)
  await rejectsWith(open(uri), 'ENGINE_ACCESS_DENIED', /without credentials/)
  assert.equal(seen.length, 3)
})

test('credentials are sent as basic authentication or as a bearer', async t => {
  const sent: (string | undefined)[] = []
  const { uri } = await startScripted(t, (_path, { headers }) => {
    sent.push(headers.authorization)
    return {}
  })
  await (await open(uri, { username: 'ada', password: 'é:x' }))[Symbol.asyncDispose]()
  await (await open(uri.replace('//', '//ada:p%40ss@')))[Symbol.asyncDispose]()
  await (await open(uri, { token: 'abc' }))[Symbol.asyncDispose]()
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  assert.deepEqual(sent, [basic('ada:é:x'), basic('ada:p@ss'), 'Bearer abc'])
})

test('what is no MLflow, or another version of it, is refused', async t => {
  const answers: Record<string, Answer> = {
    '2.22.2': { text: '2.22.2' },
    '4.0.0': { text: '4.0.0' },
    'a web site': { text: '<!doctype html><title>Hello</title>' },
    'no version': { status: 404, text: 'Not found' },
  }
  for (const [what, answer] of Object.entries(answers)) {
    const { uri } = await startScripted(t, () => answer)
    await rejectsWith(open(uri), 'ENGINE_UNSUPPORTED', /MLFLOW_TRACKING_URI/, /3\.0 or later/)
    assert.ok(what)
  }
})

test('a redirect is not followed, so that credentials stay where they belong', async t => {
  const other = await startScripted(t, () => ({}))
  const { uri } = await startScripted(t, () => ({ status: 302, text: '', headers: { location: other.uri } }))
  await rejectsWith(open(uri, { token: 'secret-1' }), 'ENGINE_UNREACHABLE', /302/)
  assert.deepEqual(other.seen, [])
})

test('a server that is busy for a moment is asked again', async t => {
  let answers = 0
  const { uri } = await startScripted(t, path => {
    if (path === '/version') return {}
    answers += 1
    if (answers === 1) return { status: 503, text: 'busy' }
    return answers === 2 ? 'lost' : { json: { run: RUN } }
  })
  await using tracking = await open(uri, { retryForMs: 5000 })
  assert.equal((await tracking.run('f'.repeat(32)))?.name, 'model')
  assert.equal(answers, 3)
})

test('a server that stays busy is an error in the end', async t => {
  const { uri } = await startScripted(t, path => (path === '/version' ? {} : { status: 503, text: 'busy' }))
  await using tracking = await open(uri)
  await rejectsWith(tracking.run('a'), 'ENGINE_UNREACHABLE', /503/)
})

test('a server that accepts and says nothing is given up after the longest silence', async t => {
  const { uri } = await startScripted(t, () => ({}))
  const silent = createServer(() => {})
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    silent.closeAllConnections()
    silent.close()
  })
  const { port } = silent.address() as AddressInfo
  await rejectsWith(
    open(`http://127.0.0.1:${port}`, { timeoutMs: 100, retryForMs: 50 }),
    'ENGINE_UNREACHABLE',
    /UND_ERR_HEADERS_TIMEOUT/,
  )
  assert.ok(uri)
})

test('a run whose answer was lost is looked for, not created twice', async t => {
  for (const wasCreated of [true, false]) {
    let filter = ''
    let creations = 0
    const { uri } = await startScripted(t, (path, _request, body) => {
      if (path === '/version') return {}
      if (path.endsWith('/runs/search')) {
        filter = JSON.parse(body).filter
        return { json: wasCreated ? { runs: [RUN] } : {} }
      }
      assert.ok(path.endsWith('/runs/create'), path)
      creations += 1
      assert.equal(JSON.parse(body).tags[0].key, 'coelho.request')
      return creations === 1 ? 'lost' : { json: { run: RUN } }
    })
    await using tracking = await open(uri, { retryForMs: 5000 })
    assert.equal((await tracking.createRun({ experimentId: '1', name: 'model' })).id, 'f'.repeat(32))
    assert.match(filter, /^tags\.`coelho\.request` = '[0-9a-f-]{36}'$/)
    assert.equal(creations, wasCreated ? 1 : 2)
  }
})

test('of a run that was created late after all, one is kept', async t => {
  const late = { ...RUN, info: { ...RUN.info, run_id: 'a'.repeat(32) } }
  const deleted: string[] = []
  let searches = 0
  let creations = 0
  const { uri } = await startScripted(t, (path, _request, body) => {
    if (path === '/version') return {}
    if (path.endsWith('/runs/search')) {
      searches += 1
      return { json: searches === 1 ? {} : { runs: [late, RUN] } }
    }
    if (path.endsWith('/runs/delete')) {
      deleted.push(JSON.parse(body).run_id)
      return {}
    }
    creations += 1
    return creations === 1 ? 'lost' : { json: { run: RUN } }
  })
  await using tracking = await open(uri, { retryForMs: 5000 })
  assert.equal((await tracking.createRun({ experimentId: '1', name: 'model' })).id, late.info.run_id)
  assert.deepEqual([creations, deleted], [2, [RUN.info.run_id]])
})

test('artifacts that a run keeps on another server, or outside any, are not written with our credentials', async t => {
  const other = await startScripted(t, () => ({}))
  const elsewhere = [
    other.uri.replace('http:', 'mlflow-artifacts:'),
    other.uri,
    's3://bucket',
    'file:///tmp/x',
  ]
  for (const root of elsewhere) {
    const info = { ...RUN.info, artifact_uri: `${root}/api/2.0/mlflow-artifacts/artifacts/1` }
    const { uri } = await startScripted(t, path =>
      path.endsWith('/runs/get') ? { json: { run: { ...RUN, info } } } : {},
    )
    await using tracking = await open(uri, { token: 'secret-1' })
    const write = tracking.artifacts.write('a', 'b', new Uint8Array(1))
    await rejectsWith(write, 'ENGINE_UNSUPPORTED', /--serve-artifacts/)
  }
  assert.deepEqual(other.seen, [])
})

test('closing ends what is being tried again', async t => {
  const { uri } = await startScripted(t, path => (path === '/version' ? {} : 'lost'))
  const tracking = await open(uri, { retryForMs: 60_000 })
  const ended = rejectsWith(tracking.run('a'), 'TRACKING_CLOSED')
  await tracking[Symbol.asyncDispose]()
  await ended
})
