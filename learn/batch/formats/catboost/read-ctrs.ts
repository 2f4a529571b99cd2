import {
  CTR_TYPES,
  type CatboostCtr,
  type CtrElement,
  type CtrTable,
  type CtrType,
} from './catboost-model.ts'
import type { JsonNode } from './json-node.ts'

/** Key of the slots that CatBoost's hash table left empty. */
const EMPTY = '18446744073709551615'
const MOST_STRIDE = 10_000

/** The ctrs of a model and the tables that they look into; those on the same combination share one. */
export function readCtrs(
  file: JsonNode,
  info: JsonNode,
  floats: number,
  categoricals: number,
): { ctrs: CatboostCtr[]; tables: CtrTable[] } {
  const tables: CtrTable[] = []
  const places = new Map<string, number>()
  const ctrs = (info.has('ctrs') ? info.at('ctrs').items() : []).map((node): CatboostCtr => {
    const identifier = node.at('identifier').text()
    const type = typeOf(node)
    let table = places.get(identifier)
    if (table === undefined) {
      const data = file.at('ctr_data')
      if (!data.has(identifier))
        node.fail(`has the identifier ${identifier.slice(0, 60)}…, which ctr_data lacks`)
      const elements = node
        .at('elements')
        .items()
        .map(element => readElement(element, floats, categoricals))
      if (elements.length === 0) node.fail('has no elements')
      table = tables.push(readTable(data.at(identifier), elements)) - 1
      places.set(identifier, table)
    }
    return {
      type,
      table,
      target: node.at('target_border_idx').integer(0, MOST_STRIDE),
      priorNumerator: Math.fround(node.at('prior_numerator').number()),
      // Spelled so in the format.
      priorDenominator: Math.fround(node.at('prior_denomerator').number()),
      shift: Math.fround(node.at('shift').number()),
      scale: Math.fround(node.at('scale').number()),
      borders: node.at('borders').numbers().map(Math.fround),
    }
  })
  return { ctrs, tables }
}

function typeOf(node: JsonNode): CtrType {
  const type = node.at('ctr_type').text()
  const known = CTR_TYPES.find(name => name === type)
  return known ?? node.fail(`has the type "${type.slice(0, 40)}", wanted one of ${CTR_TYPES.join(', ')}`)
}

function readElement(node: JsonNode, floats: number, categoricals: number): CtrElement {
  const kind = node.at('combination_element').text()
  const category = () => node.at('cat_feature_index').integer(0, categoricals - 1)
  switch (kind) {
    case 'cat_feature_value':
      return { kind: 'category', feature: category(), value: 0 }
    case 'cat_feature_exact_value':
      return {
        kind: 'equal',
        feature: category(),
        value: node.at('value').integer(-(2 ** 31), 2 ** 32 - 1) | 0,
      }
    case 'float_feature': {
      const feature = node.at('float_feature_index').integer(0, floats - 1)
      return { kind: 'above', feature, value: Math.fround(node.at('border').number()) }
    }
    default:
      return node.fail(`combines "${kind.slice(0, 40)}", which is not known`)
  }
}

function readTable(node: JsonNode, elements: readonly CtrElement[]): CtrTable {
  const stride = node.at('hash_stride').integer(2, MOST_STRIDE) - 1
  const flat = node.at('hash_map').array()
  const slots = flat.length / (stride + 1)
  if (!Number.isInteger(slots))
    node.fail(`has a hash_map of ${flat.length} values, no multiple of ${stride + 1}`)
  const keys: bigint[] = []
  const counts: number[] = []
  for (let slot = 0; slot < slots; slot++) {
    const at = slot * (stride + 1)
    const key = flat[at]
    if (typeof key !== 'string' || !/^\d{1,20}$/.test(key) || BigInt(key) >= 2n ** 64n) {
      node.fail(
        `has ${JSON.stringify(key)?.slice(0, 40)} at ${at} of its hash_map, wanted a 64-bit number as a string`,
      )
    }
    if (key === EMPTY) continue
    keys.push(BigInt(key as string))
    for (let i = at + 1; i <= at + stride; i++) {
      const count = flat[i]
      if (typeof count !== 'number')
        node.fail(`has ${JSON.stringify(count)?.slice(0, 40)} at ${i} of its hash_map`)
      counts.push(count as number)
    }
  }
  return {
    elements,
    low: Uint32Array.from(keys, key => Number(key & 0xffffffffn)),
    high: Uint32Array.from(keys, key => Number(key >> 32n)),
    stride,
    counts: Float64Array.from(counts),
    denominator: node.has('counter_denominator') ? node.at('counter_denominator').number() : 0,
  }
}
