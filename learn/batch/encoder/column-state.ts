import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { BatchColumn, Category } from '../dataset.ts'

/** Beyond any table of ours; a file that claims more is refused before anything is allocated for it. */
const MAX_COLUMNS = 10_000

export function saveColumns(out: StateWriter, columns: readonly BatchColumn[]): void {
  out.u32(columns.length)
  for (const { name, kind, categories = [] } of columns) {
    out.str(name)
    out.bool(kind === 'nominal')
    if (kind !== 'nominal') continue
    out.u32(categories.length)
    for (const category of categories) saveCategory(out, category)
  }
}

/** @throws Error with code `CHECKPOINT_CORRUPT` for columns that no encoder makes. */
export function loadColumns(input: StateReader): BatchColumn[] {
  const count = input.u32()
  if (count > MAX_COLUMNS) throw corrupt(`${count} columns are named, wanted at most ${MAX_COLUMNS}`)
  const names = new Set<string>()
  return Array.from({ length: count }, (): BatchColumn => {
    const name = input.str()
    if (names.has(name)) throw corrupt(`column "${name}" is named twice`)
    names.add(name)
    if (!input.bool()) return { name, kind: 'numeric' }
    const size = input.u32()
    const categories = new Set<Category>()
    // Not by a preset length: a category takes bytes, so the reader ends before an absurd count does harm.
    for (let code = 0; code < size; code++) categories.add(loadCategory(input))
    if (categories.size < size) throw corrupt(`column "${name}" names a category twice`)
    return { name, kind: 'nominal', categories: [...categories] }
  })
}

function saveCategory(out: StateWriter, category: Category): void {
  if (typeof category === 'string') {
    out.u8(0)
    out.str(category)
  } else if (typeof category === 'number') {
    out.u8(1)
    out.f64(category)
  } else out.u8(category ? 3 : 2)
}

function loadCategory(input: StateReader): Category {
  const type = input.u8()
  if (type === 0) return input.str()
  if (type === 1) return input.f64()
  if (type > 3) throw corrupt(`a category has type ${type}, wanted 0 to 3`)
  return type === 3
}

function corrupt(detail: string): Error {
  return codedError('CHECKPOINT_CORRUPT', `The columns are corrupt: ${detail}.`)
}
