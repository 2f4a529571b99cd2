import { createPythonRandom, type PythonRandom } from '../math/python-random.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

interface RngVectors {
  seeds: Record<
    string,
    {
      random: number[]
      sample_sorted_abcdefgh_3: string[][]
      sample_range70_30: number[][]
      poisson6: number[]
      gauss: number[]
      randint1_10: number[]
    }
  >
}

/** CPython's generator and what it draws, each list from a fresh seed; integers exactly, normals within rounding. */
export const verifyRng: VectorVerifier = ({ bytes }) => {
  const { seeds } = jsonOf<RngVectors>(bytes)
  const comparison = createComparison()
  for (const [seed, expected] of Object.entries(seeds)) {
    const draws = (
      name: keyof typeof expected,
      draw: (random: PythonRandom) => unknown,
      tolerance = 0,
      wanted: readonly unknown[] = expected[name],
    ) => {
      const random = createPythonRandom(Number(seed))
      comparison.same(
        `${seed}.${name}`,
        wanted.map(() => draw(random)),
        wanted,
        tolerance,
      )
    }
    draws('random', random => random.random())
    draws('poisson6', random => random.poisson(6))
    draws('gauss', random => random.gauss(0, 1), 1e-12)
    draws('randint1_10', random => random.randint(1, 10))
    draws('sample_range70_30', random => sampled(random, 70, 30))
    const letters = expected.sample_sorted_abcdefgh_3.map(text =>
      text.map(letter => 'abcdefgh'.indexOf(letter)),
    )
    draws('sample_sorted_abcdefgh_3', random => sampled(random, 8, 3), 0, letters)
  }
  return comparison.verdict
}

function sampled(random: PythonRandom, n: number, k: number): Int32Array {
  const out = new Int32Array(k)
  random.sample(n, k, out)
  return out
}
