import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { chartReadme, README } from '#helm/chart-readme.ts'

test("the chart's README is what its values say: npm run chart:readme", () => {
  assert.equal(readFileSync(README, 'utf8'), chartReadme())
})
