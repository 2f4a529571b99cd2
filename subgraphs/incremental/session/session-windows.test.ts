import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStateReader } from '#learn/state/reader.ts'
import { createStateWriter } from '#learn/state/writer.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { windowRow } from '#use-cases/windows/window-row.ts'
import { windowsInOrder } from '#use-cases/windows/windows-in-order.ts'
import { createEngine } from './engine.ts'
import type { Engine, ValidEvent } from './engine-api.ts'
import { parseOrderText } from './order-record.ts'
import { EVENT, type Item, packItems } from './packed-items.ts'
import { openSessionWindows } from './session-windows.ts'
import { generateItems } from './test-items.ts'

const EVENTS = 10_000
/** Events given at once; the first of each is previewed. */
const STEP = 50

function open(useCase: UseCase): Engine {
  const { learner, params } = useCase.online
  const start = { source: [0, 0, 0], labels: [0, 0, 0] }
  return createEngine({ useCase, session: 'session', learner, params, seed: 'seed', ...start })
}

function eventsOf(useCase: UseCase, mode: 'parity' | 'realistic'): { items: Item[]; parsed: ValidEvent[] } {
  const all = generateItems({
    useCase,
    mode,
    count: mode === 'parity' ? EVENTS : 2 * EVENTS + 1000,
    seed: `${useCase.id} windows`,
  })
  // Time does not run backwards in a generated stream; records of the same time are in the order of their places.
  const items = all.filter(({ kind }) => kind === EVENT).slice(0, EVENTS)
  const parse = createEventParser(useCase)
  const parsed = items.map(({ record }) => parse(record.value)).filter(event => event.ok)
  assert.equal(parsed.length, EVENTS)
  return { items, parsed }
}

function areEqual(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]))
}

/** Snapshot order: event time, partition, offset. */
function inSnapshotOrder(items: readonly Item[], parsed: readonly ValidEvent[]): number[] {
  const place = (i: number) => items[i]?.record ?? assert.fail()
  const time = (i: number) => parsed[i]?.timeMs ?? assert.fail()
  return [...items.keys()].sort(
    (a, b) =>
      time(a) - time(b) || place(a).partition - place(b).partition || place(a).offset - place(b).offset,
  )
}

for (const useCase of useCases as readonly UseCase[]) {
  for (const mode of ['parity', 'realistic'] as const) {
    test(`${useCase.id} in ${mode} mode: ${EVENTS} events have the same windows online, in batch and at prediction`, () => {
      const { items, parsed } = eventsOf(useCase, mode)
      const order = inSnapshotOrder(items, parsed)
      const engine = open(useCase)
      const online: Float64Array[] = []
      for (let at = 0; at < EVENTS; at += STEP) {
        const step = order.slice(at, at + STEP)
        const previewed = engine.preview(parsed[step[0] as number] as ValidEvent).windows
        const { texts } = engine.step(packItems(step.map(i => items[i] as Item)), () => 0)
        const recorded = texts.map(text => {
          const record = parseOrderText(text)
          assert.ok(record.kind === 'prediction' && record.windows)
          return record.windows
        })
        assert.deepEqual(recorded[0], previewed)
        online.push(...recorded.map(windows => windowRow(useCase, windows)))
      }
      let row = 0
      for (const values of windowsInOrder(
        useCase,
        order.map(i => parsed[i] as ValidEvent),
      )) {
        assert.ok(
          areEqual(values, online[row] as Float64Array),
          `event ${row}: ${values}, online ${online[row]}`,
        )
        row++
      }
      assert.equal(row, EVENTS)
      const known = online.filter(values => values.some(value => value > 0)).length
      assert.ok(known > EVENTS / 2, `only ${known} events have a past`)
    })
  }
}

test('a checkpoint that ends before its windows, as those of version 0.1 do, begins with empty ones', () => {
  const useCase = useCases[0] as UseCase
  const { parsed } = eventsOf(useCase, 'parity')
  const [first, second] = parsed as [ValidEvent, ValidEvent]
  const before = createStateWriter()
  const input = createStateReader(before.finish())
  const windows = openSessionWindows(useCase, input)
  windows.add(first)
  assert.equal(windows.peeked({ ...first, timeMs: first.timeMs + 1000 }).windows?.['user_count_1h'], 1)

  const after = createStateWriter()
  windows.save(after)
  const reader = createStateReader(after.finish())
  const again = openSessionWindows(useCase, reader)
  reader.end()
  assert.deepEqual(again.peeked(second), windows.peeked(second))
})

test('a use case without windows writes none, and its checkpoints are what they were', () => {
  const useCase = { ...useCases[0], windows: [] } as UseCase
  const { parsed } = eventsOf(useCase, 'parity')
  const windows = openSessionWindows(useCase, undefined)
  windows.add(parsed[0] as ValidEvent)
  assert.equal(windows.told(parsed[1] as ValidEvent), undefined)
  assert.deepEqual(windows.peeked(parsed[1] as ValidEvent), {})
  const out = createStateWriter()
  windows.save(out)
  assert.equal(out.finish().byteLength, 0)
})
