import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { renderSvg } from './render-svg.ts'
import { elementsOf } from './test-well-formed.ts'
import { chartSpec } from './vega/chart-spec.ts'

const values = [
  { name: '</text><script>alert(1)</script>', value: 1 },
  { name: 'a & b "c"', value: 2 },
]
const bars = {
  data: { values },
  mark: { type: 'bar', tooltip: true },
  encoding: { y: { field: 'name', type: 'nominal' }, x: { field: 'value', type: 'quantitative' } },
}

describe('a drawing on the server', () => {
  test('is well-formed, whatever the data says', async () => {
    const svg = await renderSvg(chartSpec(bars))
    assert.ok(!elementsOf(svg).includes('script'))
    assert.match(svg, /a &amp; b/)
  })

  test('has the colours of its theme', async () => {
    const [light, dark] = await Promise.all([renderSvg(chartSpec(bars)), renderSvg(chartSpec(bars), 'DARK')])
    assert.match(light, /fill="#ffffff"/)
    assert.match(dark, /fill="#12161f"/)
    assert.match(dark, /fill="#aab4c5"/)
  })

  test('loads nothing from anywhere', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chart-'))
    const file = join(folder, 'secret.csv')
    await writeFile(file, 'name,value\nsecret,1\n')
    for (const url of [file, pathToFileURL(file).href]) {
      assert.doesNotMatch(await renderSvg(chartSpec({ ...bars, data: { url } })), /secret/)
    }
    await rm(folder, { recursive: true })
    const image = {
      ...bars,
      mark: { type: 'image', url: 'https://example.org/x.png', width: 9, height: 9 },
    }
    assert.doesNotMatch(await renderSvg(chartSpec(image)), /example\.org/)
  })

  test('runs no code that stands in a specification', async () => {
    const spec = {
      ...bars,
      transform: [{ calculate: 'constructor.constructor("return process")()', as: 'x' }],
    }
    await assert.rejects(renderSvg(chartSpec(spec)), /unrecognized|undefined|not a function|Illegal|callee/i)
  })
})
