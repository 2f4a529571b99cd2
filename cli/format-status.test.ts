import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatStatus } from './format-status.ts'

const rates = [0, 5, 10, 20, 20, 20, 15, 20, 20, 20, 20, 20]
const figures = [
  { useCase: 'TFD', name: 'fbeta2', value: '0.861', rates },
  { useCase: 'ETA', name: 'mae', value: '947', rates },
  { useCase: 'ECCI', name: 'silhouetteSimplified', value: '–', rates: [9, 14, 20, 20] },
]

test('a wide terminal shows rates over time, metrics by name and keys in words', () => {
  assert.equal(
    formatStatus(figures, 200),
    'TFD ▁▂▄███▆█████ 20/s fbeta2 0.861  ETA ▁▂▄███▆█████ 20/s mae 947  ECCI ▄▆██ 20/s silhouetteSimplified –' +
      '  [o]pen [g]raphql [p]ause [d]rift [q]uit',
  )
})

test('a usual terminal of 80 columns still shows every use case and every key', () => {
  assert.equal(
    formatStatus(figures, 79),
    'TFD ████ 20/s 0.861  ETA ████ 20/s 947  ECCI ▄▆██ 20/s –  [o][g][p][d][q]',
  )
})

test('the line never is longer than the terminal, which would wrap it', () => {
  for (let columns = 0; columns < 220; columns++) {
    const line = formatStatus(figures, columns)
    assert.ok(line.length <= columns, `${line.length} characters in ${columns} columns`)
    if (columns >= 63) assert.match(line, /TFD.*ETA.*ECCI.*\[q\]/)
  }
})
