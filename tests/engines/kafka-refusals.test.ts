import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type KafkaOptions, openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import { createCertificates } from '#engines/certificates.ts'
import { freePort } from '#engines/free-port.ts'
import { type KafkaBroker, startKafkaBroker } from '#engines/kafka-broker.ts'
import type { EventLog } from '#ports/event-log.ts'
import { drain } from '#ports/event-log-contract/bench.ts'
import type { PortErrorCode } from '#ports/port-error.ts'

const SECRET = 'correct horse battery staple'
/** Refusals end opening at once, so tries that would take for ever must not matter. */
const PATIENT = { tries: 1000, delayMs: 60_000 }

const open = (
  options: Omit<KafkaOptions, 'brokers'> & { brokers?: readonly string[] },
  broker?: KafkaBroker,
) => openKafkaEventLog({ brokers: broker?.brokers ?? [], connect: PATIENT, ...options })

const refuses = async (
  opening: Promise<unknown>,
  code: PortErrorCode,
  ...mentions: readonly (string | RegExp)[]
): Promise<void> => {
  await assert.rejects(opening, (error: Error & { code?: string }) => {
    assert.equal(error.code, code, error.stack)
    for (const mention of mentions)
      assert.ok(
        typeof mention === 'string' ? error.message.includes(mention) : mention.test(error.message),
        error.message,
      )
    assert.ok(error.message.endsWith('.'), error.message)
    assert.ok(!error.message.includes(SECRET) && !error.stack?.includes(SECRET))
    return true
  })
}

/** Appends and reads back, plainly and as a transaction. */
const roundTrip = async (log: EventLog, topic: string): Promise<void> => {
  await log.createTopics([{ name: topic, partitions: 1 }])
  await log.append(topic, [{ value: 'plain' }])
  await using writer = await log.openWriter('writer')
  await writer.append([{ topic, records: [{ value: 'fenced' }] }])
  const values: string[] = []
  for await (const { records } of log.read(topic, { from: 'earliest' }))
    values.push(...records.map(({ value }) => Buffer.from(value).toString()))
  assert.deepEqual(values, ['plain', 'fenced'])
}

describe('a Kafka that wants a login', () => {
  let broker: KafkaBroker
  before(async () => {
    broker = await startKafkaBroker({
      sasl: {
        plain: { admin: SECRET, limited: 'limited' },
        scram256: { scrammer: SECRET },
        scram512: { scrammer: SECRET },
      },
      properties: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS;User:admin;User:scrammer',
      },
    })
  })
  after(() => broker?.stop())
  const login = (
    username: string,
    password: string,
    mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512' = 'plain',
  ) => ({
    sasl: { mechanism, username, password },
  })
  const settings = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD', 'KAFKA_SASL_MECHANISM'] as const

  for (const [mechanism, user] of [
    ['plain', 'admin'],
    ['scram-sha-256', 'scrammer'],
    ['scram-sha-512', 'scrammer'],
  ] as const) {
    test(`lets a user in by ${mechanism} with the right password`, async () => {
      await using log = await open(login(user, SECRET, mechanism), broker)
      await roundTrip(log, `login.${mechanism}`)
    })
    test(`refuses a wrong password by ${mechanism} at once`, async () => {
      const opening = open(login(user, 'wrong', mechanism), broker)
      await refuses(opening, 'ENGINE_ACCESS_DENIED', broker.brokers[0]!, user, ...settings)
    })
  }

  test('refuses an unknown mechanism and a client without login', async () => {
    const unsupported = await startKafkaBroker({ sasl: { plain: { admin: SECRET } } })
    try {
      await refuses(
        open(login('admin', SECRET, 'scram-sha-512'), unsupported),
        'ENGINE_ACCESS_DENIED',
        settings[2],
      )
    } finally {
      await unsupported.stop()
    }
    await refuses(open({}, broker), 'ENGINE_ACCESS_DENIED', broker.brokers[0]!, settings[2])
  })

  test('says which permission a user lacks, whatever it tries', async () => {
    await using admin = await open(login('admin', SECRET), broker)
    await admin.createTopics([{ name: 'secret', partitions: 1 }])
    await admin.append('secret', [{ value: 'x' }])
    await using log = await open(login('limited', 'limited'), broker)
    const denied = (work: Promise<unknown>) =>
      refuses(work, 'ENGINE_ACCESS_DENIED', 'limited', 'KAFKA_SASL_USERNAME', /ACL/)
    await denied(log.append('secret', [{ value: 'y' }]))
    await denied(log.createTopics([{ name: 'own', partitions: 1 }]))
    await denied(log.topics(['secret']))
    await denied(log.commit('secret', 'group', [0]))
    await denied(log.openWriter('writer'))
    await denied(drain(log.read('secret', { from: 'earliest' })))
    await denied(drain(log.follow('secret', { from: [0] })))
    await denied(log.tail('secret', () => {}))
    assert.deepEqual(await log.topics(), [])
  })
})

describe('a Kafka that wants TLS', () => {
  let directory: string
  let tls: KafkaBroker
  let mutual: KafkaBroker
  let ca: string
  let client: { cert: string; key: string }
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kafka-tls-'))
    const made = await createCertificates(directory)
    const server = await made.readPem(made.server)
    client = await made.readPem(made.client)
    ca = server.ca
    ;[tls, mutual] = await Promise.all([
      startKafkaBroker({ tls: server, sasl: { scram512: { admin: SECRET } } }),
      startKafkaBroker({ tls: { ...server, clientCa: ca } }),
    ])
  })
  after(async () => {
    await Promise.all([tls?.stop(), mutual?.stop()])
    await rm(directory, { recursive: true, force: true })
  })
  const sasl = { mechanism: 'scram-sha-512', username: 'admin', password: SECRET } as const

  test('lets a client in that trusts its authority and logs in', async () => {
    await using log = await open({ tls: { ca }, sasl }, tls)
    await roundTrip(log, 'tls')
  })
  test('lets a client in that shows a certificate', async () => {
    await using log = await open({ tls: { ca, cert: client.cert, key: client.key } }, mutual)
    await roundTrip(log, 'mutual')
  })
  test('refuses a client that speaks plainly', async () => {
    await refuses(open({ sasl }, tls), 'ENGINE_UNREACHABLE', tls.brokers[0]!, 'KAFKA_TLS')
    await refuses(open({}, mutual), 'ENGINE_UNREACHABLE', mutual.brokers[0]!, 'KAFKA_TLS')
  })
  test('is refused by a client that does not know its authority', async () => {
    await refuses(open({ tls: {}, sasl }, tls), 'ENGINE_UNREACHABLE', tls.brokers[0]!, 'KAFKA_TLS_CA')
  })
  test('refuses a client without a certificate where it wants one', async () => {
    await refuses(open({ tls: { ca } }, mutual), 'ENGINE_ACCESS_DENIED', mutual.brokers[0]!, 'KAFKA_TLS_CERT')
  })
  test('refuses a wrong password behind TLS', async () => {
    const opening = open({ tls: { ca }, sasl: { ...sasl, password: 'wrong' } }, tls)
    await refuses(opening, 'ENGINE_ACCESS_DENIED', 'KAFKA_SASL_PASSWORD')
  })
})

describe('what is no Kafka that we can use', () => {
  const notices: string[] = []
  const impatient = {
    connect: { tries: 3, delayMs: 10 },
    onNotice: (_: string, message: string) => void notices.push(message),
  }
  const answering = async (answer: (request: Buffer) => Buffer): Promise<Server> => {
    const server = createServer(socket => {
      socket.on('data', data => socket.write(answer(data)))
      socket.on('error', () => {})
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return server
  }

  test('nobody listening is told after the last try, with host and setting', async () => {
    const brokers = [`127.0.0.1:${await freePort()}`]
    await refuses(
      open({ ...impatient, brokers }),
      'ENGINE_UNREACHABLE',
      brokers[0]!,
      'KAFKA_BROKERS',
      '3 tries',
    )
    assert.equal(
      notices.filter(notice => notice.includes(brokers[0]!) || notice.includes('ECONNREFUSED')).length,
      2,
    )
  })
  test('a host that does not exist is told', async () => {
    const brokers = ['kafka.invalid:9092']
    await refuses(open({ ...impatient, brokers }), 'ENGINE_UNREACHABLE', brokers[0]!, 'KAFKA_BROKERS')
  })
  test('an address without a port is refused', async () => {
    for (const address of ['localhost', 'localhost:', ':9092', 'localhost:99999', ''])
      await refuses(open({ brokers: [address] }), 'INVALID_ARGUMENT', 'KAFKA_BROKERS')
    await refuses(open({ brokers: [] }), 'INVALID_ARGUMENT', 'KAFKA_BROKERS')
  })
  test('TLS to a listener without it is told', async () => {
    await using plain = await startKafkaBroker({ version: '3.9.2' })
    await refuses(open({ tls: {} }, plain), 'ENGINE_UNREACHABLE', plain.brokers[0]!, 'KAFKA_TLS')
  })
  test('a broker that speaks none of our versions is refused at once', async () => {
    // Kafka 0.10: Produce up to 2, Fetch up to 2, Metadata up to 1.
    const old = [
      [0, 0, 2],
      [1, 0, 2],
      [3, 0, 1],
      [18, 0, 0],
    ] as const
    const server = await answering(request => {
      const body = Buffer.alloc(4 + 2 + 4 + old.length * 6)
      request.copy(body, 0, 8, 12)
      body.writeInt16BE(0, 4)
      body.writeInt32BE(old.length, 6)
      for (const [i, versions] of old.entries())
        for (const [j, value] of versions.entries()) body.writeInt16BE(value, 10 + i * 6 + j * 2)
      const size = Buffer.alloc(4)
      size.writeInt32BE(body.length)
      return Buffer.concat([size, body])
    })
    const brokers = [`127.0.0.1:${(server.address() as AddressInfo).port}`]
    await refuses(open({ brokers }), 'ENGINE_UNSUPPORTED', brokers[0]!, '2.3', 'KAFKA_BROKERS')
    server.close()
  })
})
