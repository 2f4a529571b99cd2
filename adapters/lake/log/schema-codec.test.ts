import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Column, ColumnType } from '#ports/lake.ts'
import { columnsOfSchema, schemaOfColumns } from './schema-codec.ts'

const primitive = fc.oneof(
  fc.constantFrom<ColumnType>(
    'string',
    'byte',
    'short',
    'integer',
    'long',
    'float',
    'double',
    'boolean',
    'binary',
    'date',
    'timestamp',
  ),
  fc
    .tuple(fc.integer({ min: 1, max: 38 }), fc.integer({ min: 0, max: 38 }))
    .map(([p, s]): ColumnType => `decimal(${p},${s})`),
)

const { columns } = fc.letrec<{ type: ColumnType; columns: Column[] }>(tie => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    primitive,
    fc.record({ type: fc.constant('struct' as const), fields: tie('columns') }),
    fc.record({ type: fc.constant('array' as const), elementType: tie('type'), containsNull: fc.boolean() }),
    fc.record({
      type: fc.constant('map' as const),
      keyType: tie('type'),
      valueType: tie('type'),
      valueContainsNull: fc.boolean(),
    }),
  ),
  columns: fc.array(
    fc.record(
      {
        name: fc.string({ unit: 'grapheme' }),
        type: tie('type'),
        nullable: fc.boolean(),
        comment: fc.string(),
      },
      { requiredKeys: ['name', 'type', 'nullable'] },
    ),
    { maxLength: 4 },
  ),
}))

const schemaWith = (type: unknown): string =>
  JSON.stringify({ type: 'struct', fields: [{ name: 'a', type, nullable: true, metadata: {} }] })

describe('the schema of the log', () => {
  it('keeps any columns', () => {
    fc.assert(
      fc.property(columns, given => {
        // Generated objects may lack a prototype, clones have one.
        assert.deepEqual(columnsOfSchema(schemaOfColumns(given)), structuredClone(given))
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('is what Spark writes', () => {
    assert.equal(
      schemaOfColumns([
        { name: 'id', type: 'long', nullable: false, comment: 'Unique.' },
        {
          name: 'at',
          type: { type: 'struct', fields: [{ name: 'lat', type: 'double', nullable: true }] },
          nullable: true,
        },
      ]),
      '{"type":"struct","fields":[{"name":"id","type":"long","nullable":false,"metadata":{"comment":"Unique."}},' +
        '{"name":"at","type":{"type":"struct","fields":[{"name":"lat","type":"double","nullable":true,"metadata":{}}]},' +
        '"nullable":true,"metadata":{}}]}',
    )
  })

  for (const type of ['timestamp_ntz', 'variant', 'interval day', 'void', { type: 'udt' }, 7, null]) {
    it(`refuses the type ${JSON.stringify(type)} and names the column`, () => {
      assert.throws(
        () => columnsOfSchema(schemaWith({ type: 'array', elementType: type, containsNull: true })),
        {
          code: 'LAKE_UNSUPPORTED',
          message: /Column "a\.element" has type/,
        },
      )
    })
  }

  it('reads decimals as Spark means them', () => {
    assert.equal(columnsOfSchema(schemaWith('decimal'))[0]?.type, 'decimal(10,0)')
    assert.equal(columnsOfSchema(schemaWith('decimal( 12, 3 )'))[0]?.type, 'decimal(12,3)')
  })

  it('refuses text that is no schema', () => {
    for (const text of [
      '',
      '[]',
      '{"type":"struct"}',
      '{"type":"struct","fields":[1]}',
      '{"type":"struct","fields":[{}]}',
    ]) {
      assert.throws(() => columnsOfSchema(text))
    }
  })
})
