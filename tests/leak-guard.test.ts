import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noText, referenceStartMs } from '#bench/limits/parity-events.ts'
import { type GuardedDeclaration, inspectDeclaration } from '#learn/guard/inspect-declaration.ts'
import { createRandom } from '#learn/math/random.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { useCases } from '#use-cases/index.ts'

const EVENTS = 3000
/** Findings that someone has looked at, by use case: what they name is known when the event happens. */
const ACKNOWLEDGED: Readonly<Record<string, readonly string[]>> = {}

describe('no feature of a declared use case gives its label away', () => {
  for (const useCase of useCases as readonly UseCase[]) {
    test(useCase.id, async () => {
      const findings = await inspectDeclaration(useCase as GuardedDeclaration, sample(useCase), {
        acknowledged: ACKNOWLEDGED[useCase.id] ?? [],
      })
      const refused = findings.filter(({ acknowledged }) => !acknowledged)
      assert.deepEqual(
        refused.map(({ message }) => message),
        [],
      )
    })
  }
})

test("a feature that reads the label would be refused, and so would the causes of ETA's", async () => {
  const eta = useCases.find(({ id }) => id === 'ETA') as unknown as UseCase
  const peek = {
    name: 'peek',
    kind: 'numeric',
    of: (event: JsonEvent) => event.simulated_actual_travel_time_seconds,
  }
  const causes = Object.keys(eta.fields)
    .filter(name => name.startsWith('debug_'))
    .map(name => ({ name, kind: 'numeric', of: (event: JsonEvent) => event[name] }))
  assert.equal(causes.length, 4)
  const findings = await inspectDeclaration(
    { ...eta, features: [...eta.features, peek, ...causes] } as GuardedDeclaration,
    sample(eta),
  )
  assert.deepEqual(
    findings.map(({ code, fields }) => [code, ...fields]),
    [peek, ...causes].map(({ name }) => ['LATER_FIELD', name]),
  )
  // Were they not declared to be known only later, what they do together would give them away.
  const fields = {
    ...eta.fields,
    ...Object.fromEntries(causes.map(({ name }) => [name, { availability: 'event' }])),
  }
  const undeclared = await inspectDeclaration(
    { ...eta, fields, features: [...eta.features, ...causes] } as GuardedDeclaration,
    sample(eta),
  )
  assert.deepEqual(
    undeclared.map(({ code }) => code),
    ['LEAK'],
  )
  assert.deepEqual(
    undeclared[0]?.fields.filter(name => !name.startsWith('debug_')),
    [],
  )
  assert.ok((undeclared[0]?.fields.length ?? 0) >= 3)
})

/** Events with their labels inside. */
function sample(useCase: UseCase): JsonEvent[] {
  const generator = useCase.generate({
    mode: 'parity',
    options: {},
    random: createRandom('leak guard'),
    faker: noText,
    startMs: referenceStartMs,
  })
  const events: JsonEvent[] = []
  while (events.length < EVENTS) {
    const item = generator.next()
    if (item.kind === 'event') events.push(item.record)
  }
  return events
}
