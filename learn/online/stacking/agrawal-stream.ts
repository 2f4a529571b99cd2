import { createPythonRandom } from '../../math/python-random.ts'
import type { Column, Row } from '../learner.ts'

export const agrawalColumns: readonly Column[] = [
  { name: 'salary', kind: 'numeric' },
  { name: 'commission', kind: 'numeric' },
  { name: 'age', kind: 'numeric' },
  { name: 'elevel', kind: 'nominal' },
  { name: 'car', kind: 'nominal' },
  { name: 'zipcode', kind: 'nominal' },
  { name: 'hvalue', kind: 'numeric' },
  { name: 'hyears', kind: 'numeric' },
  { name: 'loan', kind: 'numeric' },
]

/**
 * Loan applications judged by one of ten rules, equal to River 0.26.1's `synth.Agrawal` with the same seed and no
 * perturbation. Agrawal, Imielinski and Swami 1993, "Database mining: a performance perspective".
 */
export function agrawalStream(count: number, rule: number, seed: number): { row: Row; label: 0 | 1 }[] {
  const random = createPythonRandom(seed)
  return Array.from({ length: count }, () => {
    const salary = 20_000 + 130_000 * random.random()
    const commission = salary >= 75_000 ? 0 : 10_000 + 75_000 * random.random()
    const age = random.randint(20, 80)
    const elevel = random.randint(0, 4)
    const car = random.randint(1, 20)
    const zipcode = random.randint(0, 8)
    const hvalue = (8 - zipcode) * 100_000 * (0.5 + random.random())
    const hyears = random.randint(1, 30)
    const loan = random.random() * 500_000
    const applicant = { salary, commission, age, elevel, hvalue, hyears, loan }
    const row = Float64Array.of(salary, commission, age, elevel, car, zipcode, hvalue, hyears, loan)
    return { row, label: RULES[rule](applicant) ? 1 : 0 }
  })
}

interface Applicant {
  salary: number
  commission: number
  age: number
  elevel: number
  hvalue: number
  hyears: number
  loan: number
}

const RULES: readonly ((applicant: Applicant) => boolean)[] = [
  ({ age }) => age < 40 || age >= 60,
  ({ age, salary }) => inAgeBand(age, salary),
  ({ age, elevel }) => isSchooled(age, elevel),
  ({ age, elevel, salary }) => {
    const schooled = isSchooled(age, elevel)
    if (age < 40) return schooled ? within(salary, 25_000) : within(salary, 50_000)
    if (age < 60) return schooled ? within(salary, 50_000) : within(salary, 75_000)
    return schooled ? within(salary, 50_000) : within(salary, 25_000)
  },
  ({ age, salary, loan }) => {
    // Some bounds are of the wrong field or out of reach, as in River.
    if (age < 40)
      return within(salary, 50_000) ? between(loan, 100_000, 300_000) : between(salary, 200_000, 400_000)
    if (age < 60) {
      return within(salary, 75_000) ? salary >= 200_000 && loan <= 400_000 : between(salary, 300_000, 500_000)
    }
    return within(salary, 25_000) ? between(loan, 300_000, 500_000) : between(loan, 75_000, 300_000)
  },
  ({ age, salary, commission }) => inAgeBand(age, salary + commission),
  ({ salary, commission, loan }) => (2 * (salary + commission)) / 3 - loan / 5 - 20_000 <= 1,
  ({ salary, commission, elevel }) => (2 * (salary + commission)) / 3 - 5000 * elevel - 20_000 <= 1,
  ({ salary, commission, elevel, loan }) =>
    (2 * (salary + commission)) / 3 - 5000 * elevel - loan / 5 - 10_000 <= 1,
  ({ salary, commission, elevel, hvalue, hyears }) => {
    const equity = hyears >= 20 ? (hvalue * (hyears - 20)) / 10 : 0
    return (2 * (salary + commission)) / 3 - 5000 * elevel + equity / 5 - 10_000 <= 1
  },
]

function inAgeBand(age: number, income: number): boolean {
  return within(income, age < 40 ? 50_000 : age < 60 ? 75_000 : 25_000)
}

function isSchooled(age: number, elevel: number): boolean {
  return age < 40 ? elevel <= 1 : age < 60 ? elevel >= 1 && elevel <= 3 : elevel >= 2
}

function within(income: number, from: number): boolean {
  return between(income, from, from + 50_000)
}

function between(value: number, low: number, high: number): boolean {
  return value >= low && value <= high
}
