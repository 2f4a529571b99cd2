import type { FakeText, GeneratorSettings } from './generator.ts'
import type { Random } from './random.ts'

/** sfc32 (Practrand): seeded randomness for the tests of this folder, which imports nothing of the others. */
export function testRandom(seed: number): Random {
  let a = 0x9e3779b9
  let b = seed | 0
  let c = 0x2545f491
  let counter = 1
  const next = () => {
    const sum = (a + b + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let warmUp = 0; warmUp < 12; warmUp++) next()
  return { next }
}

/** Stands in for Faker where its text does not matter: a user agent costs it twelve microseconds. */
const plainText: FakeText = {
  internet: {
    userAgent: () => 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/92.0',
    ipv4: () => '192.0.2.1',
  },
  word: { noun: () => 'lamp' },
}

/** Monday 2026-01-05 00:00 UTC. */
export const mondayMs = Date.UTC(2026, 0, 5)

export function testSettings(changes: Partial<GeneratorSettings> = {}): GeneratorSettings {
  return {
    mode: 'parity',
    options: {},
    random: testRandom(1),
    faker: plainText,
    startMs: mondayMs,
    ...changes,
  }
}
