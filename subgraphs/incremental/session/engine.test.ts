import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '#learn/math/random.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { tfd } from '#use-cases/tfd.ts'
import { createEngine } from './engine.ts'
import type { Engine } from './engine-api.ts'
import type { ModelChange } from './members/model-change.ts'
import { parseOrderRecord, type PredictionRecord } from './order-record.ts'
import { EVENT, type Item, LABEL, packItems } from './packed-items.ts'
import { generateItems, logRecord } from './test-items.ts'

const encoder = new TextEncoder()

function open(useCase: UseCase, state?: ArrayBuffer): Engine {
  return createEngine({
    useCase,
    session: 'session',
    learner: useCase.online.learner,
    params: useCase.online.params,
    seed: 'seed',
    format: 2,
    source: [0, 0, 0],
    labels: [0, 0, 0],
    ...(state && { state }),
  })
}

/** Cuts items into steps of random length, labels between two events sorted by partition as the feed does. */
function steps(items: readonly Item[], seed: string): Item[][] {
  const random = createRandom(seed)
  const cut: Item[][] = []
  for (let at = 0; at < items.length; ) {
    const length = 1 + Math.floor(random.next() * 60)
    cut.push(sortRuns(items.slice(at, at + length)))
    at += length
  }
  return cut
}

function sortRuns(items: Item[]): Item[] {
  const sorted: Item[] = []
  let run: Item[] = []
  for (const item of items) {
    if (item.kind === LABEL) run.push(item)
    else {
      sorted.push(...run.sort((a, b) => a.record.partition - b.record.partition), item)
      run = []
    }
  }
  return [...sorted, ...run.sort((a, b) => a.record.partition - b.record.partition)]
}

function feed(engine: Engine, step: Item[]): string[] {
  let clock = 0
  return engine.step(packItems(step), () => ++clock).texts
}

/** Feeds an order log again, fetching the labels between its records by offset, as recovery does. */
function replay(
  engine: Engine,
  texts: readonly string[],
  items: readonly Item[],
  from: readonly number[],
): void {
  const at = [...from]
  for (const text of texts) {
    const record = parseOrderRecord(encoder.encode(text))
    record.labels.forEach((end, partition) => {
      for (; (at[partition] as number) < end; at[partition] = (at[partition] as number) + 1) {
        const label = items.find(
          ({ kind, record }) =>
            kind === LABEL && record.partition === partition && record.offset === at[partition],
        )
        assert.ok(label)
        engine.replayLabel(partition, label.record.offset, label.record.value)
      }
    })
    assert.equal(engine.replay(record).diverged, false)
  }
}

for (const useCase of useCases as readonly UseCase[]) {
  for (const mode of ['parity', 'realistic'] as const) {
    test(`${useCase.id} in ${mode} mode: a checkpoint and the order log after it give the state of an uninterrupted run`, () => {
      const items = generateItems({ useCase, mode, count: 1500, seed: `${useCase.id} ${mode}` })
      const cut = steps(items, 'cuts')
      const half = Math.floor(cut.length / 2)
      const whole = open(useCase)
      for (const step of cut.slice(0, half)) feed(whole, step)
      const checkpoint = whole.save()
      const { labels } = whole.progress()
      const later = cut.slice(half).flatMap(step => feed(whole, step))

      const recovered = open(useCase, checkpoint.slice(0))
      replay(recovered, later, items, labels)

      assert.deepEqual(recovered.progress(), whole.progress())
      assert.deepEqual(recovered.evaluation(), whole.evaluation())
      assert.deepEqual(new Uint8Array(recovered.save()), new Uint8Array(whole.save()))
    })

    test(`${useCase.id} in ${mode} mode: every event gets one prediction, in sequence, before its label is learned`, () => {
      const items = generateItems({ useCase, mode, count: 600, seed: 'sequence' })
      const engine = open(useCase)
      const records = feed(engine, sortRuns(items)).map(text => parseOrderRecord(encoder.encode(text)))
      const predictions = records.filter((record): record is PredictionRecord => record.kind === 'prediction')
      assert.equal(predictions.length, items.filter(({ kind }) => kind === EVENT).length)
      predictions.forEach((record, i) => {
        assert.equal(record.seq, i)
        assert.ok(Number.isFinite(record.score))
        assert.ok(record.modelVersion <= i)
      })
    })
  }
}

test('changes of models are replayed at their place, with what they brought about', () => {
  const items = generateItems({ useCase: tfd, mode: 'realistic', count: 900, seed: 'changes' })
  const cut = steps(items, 'changes')
  const whole = open(tfd)
  const at = (share: number) => Math.floor(cut.length * share)
  const add = (name: string, learner: string): ModelChange => ({
    type: 'add',
    challenger: { name, learner, parameters: {}, seed: 's', automatic: false },
  })
  const changes = new Map<number, ModelChange>([
    [at(0.3), add('linear', 'logistic-regression')],
    [at(0.5), { type: 'promote', name: 'linear' }],
    [at(0.6), add('second', 'weighted-naive-bayes')],
    [at(0.7), { type: 'shed', on: true }],
    [at(0.8), { type: 'rollback' }],
    [at(0.9), { type: 'remove', name: 'linear' }],
  ])
  const early = cut.slice(0, at(0.4)).flatMap((step, i) => stepAfter(whole, step, changes.get(i)))
  const checkpoint = whole.save()
  const { labels } = whole.progress()
  const later = cut.slice(at(0.4)).flatMap((step, i) => stepAfter(whole, step, changes.get(i + at(0.4))))
  const by = later.map(text => parseOrderRecord(encoder.encode(text)))
  assert.ok(by.some(record => record.kind === 'prediction' && record.challengers?.['weighted-naive-bayes']))

  const fromCheckpoint = open(tfd, checkpoint.slice(0))
  replay(fromCheckpoint, later, items, labels)
  const fromStart = open(tfd)
  replay(fromStart, [...early, ...later], items, [0, 0, 0])
  for (const recovered of [fromCheckpoint, fromStart]) {
    assert.deepEqual(recovered.evaluation(), whole.evaluation())
    assert.deepEqual(new Uint8Array(recovered.save()), new Uint8Array(whole.save()))
  }
})

function stepAfter(engine: Engine, step: Item[], change: ModelChange | undefined): string[] {
  return [...(change ? [engine.change(change).text] : []), ...feed(engine, step)]
}

test('a refused change leaves no trace', () => {
  const engine = open(tfd)
  feed(engine, generateItems({ useCase: tfd, mode: 'parity', count: 50, seed: 'refused' }))
  const before = new Uint8Array(engine.save())
  assert.throws(() => engine.change({ type: 'promote', name: 'nobody' }), { code: 'CHALLENGER_NOT_FOUND' })
  assert.deepEqual(new Uint8Array(engine.save()), before)
})

test('labels that come late, twice, corrected or for nobody count as they should', () => {
  const engine = open(tfd)
  const items = generateItems({ useCase: tfd, mode: 'parity', count: 40, seed: 'labels' })
  const ids = items.map(
    ({ record }) => JSON.parse(new TextDecoder().decode(record.value)).transaction_id as string,
  )
  feed(engine, items)
  const before = engine.evaluation().metrics
  let offset = 0
  const label = (id: string, value: number, version = 1) => {
    const text = JSON.stringify({
      event_id: id,
      label: value,
      event_time: '2026-01-05T00:00:00Z',
      label_time: '2026-01-05T00:00:03Z',
      version,
    })
    const record = logRecord({ partition: 0, offset: offset++, value: text })
    return engine.step(packItems([{ kind: LABEL, record }]), () => 1)
  }
  const known = items.findIndex(
    ({ record }) => JSON.parse(new TextDecoder().decode(record.value)).is_fraud === 0,
  )
  const id = ids[known] as string
  assert.deepEqual(label(id, 0).outcomes, [])
  const [corrected] = label(id, 1).outcomes
  assert.deepEqual([corrected?.seq, corrected?.label], [known, 1])
  assert.equal(label(id, 0, 3).outcomes.length, 1)
  assert.deepEqual(label(id, 1, 2).outcomes, [], 'an older version than the one that counts')
  assert.deepEqual(label('nobody', 1).outcomes, [])
  const { labelled, corrections, repeatedLabels, lateLabels } = engine.progress()
  assert.deepEqual([labelled, corrections, repeatedLabels, lateLabels], [42, 2, 2, 0])
  engine.evaluation().metrics.forEach(({ name, value, n }, i) => {
    assert.equal(n, before[i]?.n, name)
    const was = before[i]?.value ?? null
    assert.ok(value === was || Math.abs((value ?? 0) - (was ?? 0)) < 1e-9, `${name}: ${value}, was ${was}`)
  })
})

test('a preview changes nothing', () => {
  const items = generateItems({ useCase: tfd, mode: 'parity', count: 300, seed: 'preview' })
  const engine = open(tfd)
  feed(engine, items.slice(0, 299))
  const before = new Uint8Array(engine.save())
  const event = JSON.parse(new TextDecoder().decode(items[299]?.record.value)) as Record<string, unknown>
  const result = engine.preview({
    ok: true,
    event: { ...event, currency: 'never seen' },
    extra: null,
    id: 'x',
    timeMs: 0,
    label: null,
  })
  assert.ok(Number.isFinite(result.score))
  assert.deepEqual(new Uint8Array(engine.save()), before)
})

test('records that are not valid become dead letters with their reason, and learning continues', () => {
  const [good] = generateItems({ useCase: tfd, mode: 'parity', count: 1, seed: 'poison' })
  assert.ok(good)
  const poison = ['not json', '{"amount": 1}', '[]', new Uint8Array([0xff, 0xfe, 0x00])]
  const items: Item[] = poison.map((value, offset) => ({
    kind: EVENT,
    record: logRecord({ partition: 0, offset, value }),
  }))
  items.push({ kind: LABEL, record: logRecord({ partition: 1, offset: 0, value: '{"event_id": 7}' }) })
  items.push({ kind: EVENT, record: { ...good.record, partition: 2, offset: 0 } })
  const engine = open(tfd)
  const { texts, deadLetters } = engine.step(packItems(items), () => 1)
  assert.deepEqual(
    deadLetters.map(({ kind, partition, offset, code }) => [kind, partition, offset, code]),
    [
      ['event', 0, 0, 'INVALID_EVENT'],
      ['event', 0, 1, 'INVALID_EVENT'],
      ['event', 0, 2, 'INVALID_EVENT'],
      ['event', 0, 3, 'INVALID_EVENT'],
      ['label', 1, 0, 'INVALID_LABEL'],
    ],
  )
  assert.match(deadLetters[1]?.message ?? '', /transaction_id/)
  const records = texts.map(text => parseOrderRecord(encoder.encode(text)))
  assert.deepEqual(
    records.map(({ kind }) => kind),
    ['labels', 'prediction'].slice(records.length === 1 ? 1 : 0),
  )
  assert.equal(engine.progress().rejected, 4)
  assert.deepEqual(engine.progress().source, [4, 0, 1])
})

test('an event whose id was seen is skipped and counted', () => {
  const [first] = generateItems({ useCase: tfd, mode: 'parity', count: 1, seed: 'twice' })
  assert.ok(first)
  const again: Item = { kind: EVENT, record: { ...first.record, offset: first.record.offset + 1 } }
  const engine = open(tfd)
  const { texts } = engine.step(packItems([first, again]), () => 1)
  assert.equal(texts.length, 1)
  assert.equal(engine.progress().duplicates, 1)
})

test('a label read before its event counts right after the prediction', () => {
  const items = generateItems({ useCase: tfd, mode: 'realistic', count: 400, seed: 'early' })
  const label = items.find(({ kind }) => kind === LABEL)
  assert.ok(label)
  const { event_id: eventId } = JSON.parse(new TextDecoder().decode(label.record.value)) as {
    event_id: string
  }
  const event = items.find(
    ({ kind, record }) => kind === EVENT && new TextDecoder().decode(record.value).includes(eventId),
  )
  assert.ok(event)
  const engine = open(tfd)
  const { outcomes } = engine.step(packItems([label, event]), () => 1)
  assert.equal(outcomes.length, 1)
  assert.equal(outcomes[0]?.seq, 0)
  assert.equal(engine.progress().pending, 0)
})

test('records that were skipped are counted once, also when a crash makes their neighbours be read again', () => {
  const events = generateItems({ useCase: tfd, mode: 'parity', count: 50, seed: 'skipped' })
  const next = [0, 0, 0]
  const items = events.flatMap(({ record }, i): Item[] => {
    const place = (partition: number, value: string | Uint8Array): Item => {
      const offset = next[partition] as number
      next[partition] = offset + 1
      return { kind: EVENT, record: logRecord({ partition, offset, value }) }
    }
    const item = place(i % 3, record.value)
    if (i % 7 === 0) return [item, place((i + 1) % 3, 'poison')]
    return i % 11 === 0 ? [item, place((i + 2) % 3, record.value)] : [item]
  })
  for (let crash = 1; crash < items.length; crash++) {
    const whole = open(tfd)
    const published = feed(whole, items.slice(0, crash))
    feed(whole, items.slice(crash))

    const recovered = open(tfd)
    for (const text of published) recovered.replay(parseOrderRecord(encoder.encode(text)))
    const { source } = recovered.progress()
    feed(
      recovered,
      items.filter(({ record }) => record.offset >= (source[record.partition] as number)),
    )
    assert.deepEqual(recovered.progress(), whole.progress())
  }
})
