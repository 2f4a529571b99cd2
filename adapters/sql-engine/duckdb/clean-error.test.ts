import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cleanError } from './clean-error.ts'

describe('an error that may be shown', () => {
  const messages: [given: string, shown: string][] = [
    ['IO Error: Cannot open file "/data/my lake/a.parquet": gone', 'Cannot open file a data file: gone.'],
    [
      `IO Error: Cannot open file "/srv/o'brien/my lake/a.parquet": gone`,
      'Cannot open file a data file: gone.',
    ],
    ["IO Error: No files match '/data/my lake/x y/*'", 'No files match a data file.'],
    ['Invalid Input Error: File /data/my lake/one two.parquet: too short', 'File a data file: too short.'],
    ['IO Error: C:\\Program Files\\my lake\\a.parquet is gone', 'a data file is gone.'],
    ['IO Error: file:///data/lake/a.parquet and /data/lake/b', 'a data file and a data file.'],
    ['Conversion Error: 4 / 2 and 6 / 3', '4 / 2 and 6 / 3.'],
  ]
  for (const [given, shown] of messages)
    it(`names no path: ${given}`, () => assert.equal(cleanError(new Error(given), '').message, shown))
})
