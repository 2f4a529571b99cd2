import type { StructureReport } from '../cluster-report.ts'
import type { MixtureTrainer } from './mixture-trainer.ts'

/**
 * Whether the groups of the last window differ in kind. The rival of several classes is a single one with a chain of
 * the kinds of event, and columns that depend on the kind only: numeric ones are ranked among events of the same kind
 * beforehand, so what depends on it is the same for all groups. Several classes must have the higher completed
 * likelihood, that is pay for their parameters and be told apart.
 */
export function structureReport(
  { choice, mixture }: MixtureTrainer,
  kind: string,
  fewest: number,
): StructureReport {
  if (choice === null || mixture === null) {
    return {
      found: false,
      reason: `Not known yet: at least ${fewest} groups of events are wanted.`,
      groups: 0,
      gain: 0,
      clusters: 1,
    }
  }
  const { groups } = choice
  const gain = choice.likelihood - choice.oneClass
  const clusters = mixture.components
  if (clusters > 1 && gain > 0) {
    const reason = `${clusters} classes explain ${groups} groups better than one by ${gain.toFixed(3)} nats per group, after the cost of their parameters and of groups that stay undecided.`
    return { found: true, reason, groups, gain, clusters }
  }
  const beyond = kind === '' ? 'chance' : kind.replaceAll('_', ' ')
  const reason = `No structure beyond ${beyond}: one class explains ${groups} groups as well as several do.`
  return { found: false, reason, groups, gain: 0, clusters }
}
