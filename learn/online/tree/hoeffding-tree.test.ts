import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import type { Column } from '../learner.ts'
import { createHoeffdingTree, loadHoeffdingTree } from './hoeffding-tree.ts'

const columns: readonly Column[] = [
  { name: 'x', kind: 'numeric' },
  { name: 'y', kind: 'numeric' },
  { name: 'kind', kind: 'nominal' },
]
const MIB = 1_048_576

/** Three classes by kind and, for kind 2, by x; a tenth of the labels are wrong. */
function threeClasses(n: number, seed: string): { row: Float64Array; label: number }[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, () => {
    const [x, y, kind] = [random.next(), random.next(), random.below(3)]
    const truth = kind < 2 ? kind : x > 0.5 ? 2 : 0
    return { row: Float64Array.of(x, y, kind), label: random.next() < 0.1 ? random.below(3) : truth }
  })
}

/** Everything depends on x and y together, nothing on either. */
function checkerboard(n: number, seed: string): { row: Float64Array; label: number }[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, () => {
    const [x, y] = [random.next(), random.next()]
    return { row: Float64Array.of(x, y, random.below(3)), label: x * 4 - Math.floor(x * 4) > 0.5 ? 1 : 0 }
  })
}

type Tree = ReturnType<typeof createHoeffdingTree>

/** Share of rows whose likeliest class, said before it was learned, was right; over the second half. */
function accuracy(tree: Tree, stream: readonly { row: Float64Array; label: number }[]): number {
  const out = new Float64Array(3)
  let right = 0
  stream.forEach(({ row, label }, i) => {
    tree.predictClasses(row, out)
    if (i >= stream.length / 2 && out.indexOf(Math.max(...out)) === label) right++
    tree.learnClass(row, label)
  })
  return right / (stream.length / 2)
}

function reload(tree: Tree): Tree {
  const out = createStateWriter()
  tree.save(out)
  const input = createStateReader(out.finish())
  input.str()
  return loadHoeffdingTree(input, columns)
}

for (const mode of ['ours', 'river']) {
  describe(`the Hoeffding tree, ${mode}`, () => {
    const create = (params: Record<string, string | number> = {}, maxBytes = 64 * MIB) =>
      createHoeffdingTree({ columns, params: { mode, ...params }, maxBytes })

    test('finds three classes to what noise allows', () => {
      // A tenth of the labels are drawn anew, a third of which are right by chance: .933 is the most.
      const found = accuracy(create(), threeClasses(20_000, 'three'))
      assert.ok(found > 0.92, String(found))
    })

    test('says probabilities: none below 0, together 1', () => {
      const tree = create()
      const out = new Float64Array(3)
      for (const { row, label } of threeClasses(3000, 'sum')) {
        tree.learnClass(row, label)
        tree.predictClasses(row, out)
        assert.ok(out.every(p => p >= 0))
        assert.ok(Math.abs(out[0] + out[1] + out[2] - 1) < 1e-9, out.join())
      }
    })

    test('never splits beyond its depth', () => {
      const stump = create({ maxDepth: 0, leaf: 'mc' })
      const stream = threeClasses(5000, 'depth')
      accuracy(stump, stream)
      const said = new Set(
        stream.slice(0, 50).map(({ row }) => {
          const out = new Float64Array(3)
          stump.predictClasses(row, out)
          return out.join()
        }),
      )
      assert.equal(said.size, 1)
    })

    test('takes rows with missing values, and answers them', () => {
      const tree = create()
      const out = new Float64Array(3)
      const random = createRandom('missing')
      for (const { row, label } of threeClasses(8000, 'holes')) {
        for (let c = 0; c < 3; c++) if (random.next() < 0.2) row[c] = c === 2 ? -1 : Number.NaN
        tree.predictClasses(row, out)
        assert.ok(out.every(Number.isFinite))
        tree.learnClass(row, label)
      }
      tree.predictClasses(Float64Array.of(Number.NaN, Number.NaN, -1), out)
      assert.ok(out.every(Number.isFinite))
    })

    test('goes on from its state as if nothing had been', () => {
      const stream = threeClasses(6000, 'state')
      const kept = create()
      accuracy(kept, stream.slice(0, 3000))
      const loaded = reload(kept)
      const [a, b] = [new Float64Array(3), new Float64Array(3)]
      for (const { row, label } of stream.slice(3000)) {
        kept.predictClasses(row, a)
        loaded.predictClasses(row, b)
        assert.deepEqual(a, b)
        kept.learnClass(row, label)
        loaded.learnClass(row, label)
      }
      assert.equal(kept.updates, loaded.updates)
    })

    test('refuses labels that are no class and weights that are none', () => {
      const tree = create()
      const row = Float64Array.of(0, 0, 0)
      for (const label of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
        assert.throws(() => tree.learnClass(row, label), { code: /.+/ })
      for (const weight of [-1, Number.NaN, Number.POSITIVE_INFINITY])
        assert.throws(() => tree.learnClass(row, 0, weight), { code: /.+/ })
      assert.equal(tree.updates, 0)
    })
  })
}

test('a tree of ours stays within the memory that it was given, and still predicts', () => {
  const limit = 256 * 1024
  const small = createHoeffdingTree({ columns, params: { memoryPeriod: 1000 }, maxBytes: limit })
  const stream = checkerboard(60_000, 'memory')
  const found = accuracy(small, stream)
  assert.ok(small.sizeBytes() <= limit, `${small.sizeBytes()} of ${limit}`)
  assert.ok(found > 0.9, String(found))
})
