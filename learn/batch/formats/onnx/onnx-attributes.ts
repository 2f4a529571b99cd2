import { invalidModel } from '../invalid-model.ts'
import { type ProtobufField, protobufFields } from './protobuf-fields.ts'

/** Attributes of one operator of a graph. */
export interface OnnxAttributes {
  /** Such as `TreeEnsembleClassifier`. */
  readonly operator: string
  has(name: string): boolean
  text(name: string): string
  /** Exactly `length` values, if it is given. */
  floats(name: string, length?: number): Float64Array
  integers(name: string, length?: number): Float64Array
  texts(name: string, length: number): string[]
}

// Numbers of fields in onnx.proto.
const MODEL = { graph: 7 }
const GRAPH = { node: 1 }
const NODE = { operator: 4, attribute: 5 }
const ATTRIBUTE = { name: 1, text: 4, floats: 7, integers: 8, texts: 9 }

const utf8 = new TextDecoder()

/** The operators of a model file, with their attributes. @throws Error with code MODEL_INVALID. */
export function onnxOperators(file: Uint8Array): OnnxAttributes[] {
  try {
    const graph = protobufFields(file).find(({ field }) => field === MODEL.graph)
    const nodes = protobufFields(graph?.bytes ?? new Uint8Array(0)).filter(
      ({ field }) => field === GRAPH.node,
    )
    return nodes.map(({ bytes }) => attributesOf(protobufFields(bytes)))
  } catch (error) {
    if ((error as { code?: string }).code === 'MODEL_INVALID') throw error
    throw invalidModel('ONNX', (error as Error).message)
  }
}

function attributesOf(node: readonly ProtobufField[]): OnnxAttributes {
  const operator = utf8.decode(node.find(({ field }) => field === NODE.operator)?.bytes)
  const attributes = new Map<string, ProtobufField[]>()
  for (const { field, bytes } of node) {
    if (field !== NODE.attribute) continue
    const fields = protobufFields(bytes)
    attributes.set(utf8.decode(fields.find(part => part.field === ATTRIBUTE.name)?.bytes), fields)
  }

  function partsOf(name: string, wanted: number): ProtobufField[] {
    const fields = attributes.get(name)
    if (!fields) throw invalidModel('ONNX', `${operator} has no attribute "${name}"`)
    return fields.filter(({ field }) => field === wanted)
  }

  function checked<T extends ArrayLike<unknown>>(name: string, values: T, length: number | undefined): T {
    if (length === undefined || values.length === length) return values
    throw invalidModel('ONNX', `"${name}" of ${operator} holds ${values.length} values, wanted ${length}`)
  }

  return {
    operator,
    has: name => attributes.has(name),
    text: name => utf8.decode(partsOf(name, ATTRIBUTE.text)[0]?.bytes),
    floats(name, length) {
      // Each in a field of its own, or all packed into one.
      const values = partsOf(name, ATTRIBUTE.floats).flatMap(({ bytes }) =>
        Array.from({ length: bytes.length >> 2 }, (_, i) => viewOf(bytes).getFloat32(4 * i, true)),
      )
      return checked(name, Float64Array.from(values), length)
    },
    integers: (name, length) =>
      checked(
        name,
        Float64Array.from(partsOf(name, ATTRIBUTE.integers), ({ number }) => number),
        length,
      ),
    texts: (name, length) =>
      checked(
        name,
        partsOf(name, ATTRIBUTE.texts).map(({ bytes }) => utf8.decode(bytes)),
        length,
      ),
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
