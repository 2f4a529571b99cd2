import type { Category } from '../../dataset.ts'
import { cityHash64 } from './city-hash64.ts'

const utf8 = new TextEncoder()

/** What stands for a missing category where CatBoost is trained and scored, since it takes none. */
export const MISSING_CATEGORY = 'nan'
/** What stands for a category that training did not know; no text of a real one has this character. */
export const UNKNOWN_CATEGORY = '\uffffunknown'

/** CatBoost's hash of a category: the low 32 bits, signed, of its text's CityHash64; numbers count as their decimal text. */
export function categoryHash(category: Category): number {
  return Number(BigInt.asIntN(32, cityHash64(utf8.encode(String(category)))))
}
