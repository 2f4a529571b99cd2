import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { installHelm } from '#engines/deploy/install-helm.ts'
import { PLANTED_FAULTS } from './support/planted-faults.ts'
import { bytes, POLICY, podOf, violations } from './support/policy.ts'
import { type Manifest, parseManifests, renderText, VALUE_SETS } from './support/render-chart.ts'

const rendered = new Map<string, string>()
const manifestsOf = (name: string) => parseManifests(rendered.get(name) ?? assert.fail(name))

describe('the rendered chart', () => {
  before(async () => {
    await installHelm()
    for (const [name, set] of Object.entries(VALUE_SETS)) rendered.set(name, await renderText(set))
  })

  for (const name of Object.keys(VALUE_SETS)) {
    test(`keeps the policy with the values ${name}`, () => {
      assert.deepEqual(violations(manifestsOf(name)), {})
    })
  }

  for (const { rule, fault, plant } of PLANTED_FAULTS) {
    test(`would be caught with ${fault}: ${rule}`, () => {
      const manifests = manifestsOf('production')
      plant(manifests)
      const found = violations(manifests)
      assert.ok(found[rule], `Only these rules saw it: ${Object.keys(found).join(', ') || 'none'}.`)
    })
  }

  test('has no rule that nothing was planted for', () => {
    const planted = new Set(PLANTED_FAULTS.map(({ rule }) => rule))
    assert.deepEqual(
      Object.keys(POLICY).filter(rule => !planted.has(rule)),
      [],
    )
    assert.ok(PLANTED_FAULTS.length >= 30)
  })

  test('asks for at most 1 GiB of memory and one pod in the minimal set', () => {
    const pods = manifestsOf('minimal').filter(each => each.kind !== 'Pod' && podOf(each))
    assert.equal(pods.length, 1)
    assert.ok(requestedBytes(pods) <= 2 ** 30, `${requestedBytes(pods)}`)
  })

  test('names its image by digest, and no secret but by reference, in the production set', () => {
    const manifests = manifestsOf('production')
    assert.deepEqual(
      manifests.filter(({ kind }) => kind === 'Secret'),
      [],
    )
    for (const { containers } of manifests.map(podOf).filter(pod => pod !== null)) {
      for (const { image } of containers) assert.match(image, /@sha256:[0-9a-f]{64}$/)
    }
  })

  test('gives each role only settings that the platform knows', async () => {
    const known = await knownSettings()
    for (const manifest of Object.keys(VALUE_SETS).flatMap(manifestsOf)) {
      for (const { args = [], env = [] } of podOf(manifest)?.containers ?? []) {
        if (!['role', 'dev'].includes(args[0])) continue
        const unknown = env
          .map(({ name }: { name: string }) => name)
          .filter((name: string) => !known.has(name))
        assert.deepEqual(unknown, [], manifest.metadata.name)
      }
    }
  })
})

function requestedBytes(manifests: readonly Manifest[]): number {
  const containers = manifests.flatMap(each => podOf(each).containers)
  return containers.reduce((sum, { resources }) => sum + bytes(resources.requests.memory), 0)
}

/** Every name of a setting that stands in the code that reads them. */
async function knownSettings(): Promise<Set<string>> {
  const { globSync, readFileSync } = await import('node:fs')
  const text = globSync('config/*.ts', { exclude: name => name.endsWith('.test.ts') })
    .map(path => readFileSync(path, 'utf8'))
    .join()
  const prefixes = [...text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'/g)].map(match => match[1] as string)
  return new Set([...prefixes, ...prefixes.flatMap(prefix => [`${prefix}_USERNAME`, `${prefix}_PASSWORD`])])
}
